//! What the API does to jobs and executions: each change is stored before it is seen.

use super::Jobs;
use super::execution::Execution;
use super::job::{Job, check_id};
use super::store;
use serde_json::{Map, Value};
use tonic::Status;

/// As many finished executions of a job are kept as in the cloud.
const KEPT_EXECUTIONS: usize = 1000;

pub(super) fn not_found(name: &str) -> Status {
    Status::not_found(format!(
        "Resource '{name}' of kind 'JOB' or 'EXECUTION' does not exist."
    ))
}

impl Jobs {
    /// Makes a job; with `check` it only says what that would answer.
    pub(super) fn create(
        &self,
        parent: &str,
        id: &str,
        fields: &Map<String, Value>,
        check: bool,
    ) -> Result<Job, Status> {
        check_id(id)?;
        let name = format!("{parent}/jobs/{id}");
        let job = Job::new(name.clone(), fields, self.inner.core.clock.tick())?;
        self.check_image(&job)?;
        let mut state = self.inner.state();
        if state.jobs.contains_key(&name) {
            return Err(Status::already_exists(format!(
                "Resource '{name}' already exists."
            )));
        }
        if check {
            return Ok(job);
        }
        self.inner
            .core
            .db
            .write(|transaction| store::put_job(transaction, &job))?;
        state.jobs.insert(name, job.clone());
        Ok(job)
    }

    /// Puts `fields` in the place of a job's; with `check` it only says what that would answer.
    pub(super) fn replace(
        &self,
        name: &str,
        fields: &Map<String, Value>,
        check: bool,
    ) -> Result<Job, Status> {
        let mut state = self.inner.state();
        let old = state.jobs.get(name).ok_or_else(|| not_found(name))?;
        check_etag(fields.get("etag").and_then(Value::as_str), &old.etag())?;
        let job = old.replaced(fields, self.inner.core.clock.tick())?;
        self.check_image(&job)?;
        if check {
            return Ok(job);
        }
        self.inner
            .core
            .db
            .write(|transaction| store::put_job(transaction, &job))?;
        state.jobs.insert(name.to_owned(), job.clone());
        Ok(job)
    }

    fn check_image(&self, job: &Job) -> Result<(), Status> {
        let image = &job.template.image;
        let message = || format!("Image '{image}' not found: no program stands for it in this emulator.");
        self.inner
            .images
            .get(image)
            .map(|_| ())
            .ok_or_else(|| Status::failed_precondition(message()))
    }

    /// Removes a job with its executions, and ends those that run; with `check` it only says what that would answer.
    pub(super) fn delete(&self, name: &str, etag: Option<&str>, check: bool) -> Result<Job, Status> {
        let mut state = self.inner.state();
        let job = state.jobs.get(name).cloned().ok_or_else(|| not_found(name))?;
        check_etag(etag, &job.etag())?;
        if check {
            return Ok(job);
        }
        let prefix = format!("{name}/executions/");
        let gone: Vec<String> = state
            .executions
            .keys()
            .filter(|name| name.starts_with(&prefix))
            .cloned()
            .collect();
        self.inner.core.db.write(|transaction| {
            store::delete_job(transaction, name)?;
            gone.iter()
                .try_for_each(|name| store::delete_execution(transaction, name))
        })?;
        state.jobs.remove(name);
        for name in gone {
            state.executions.remove(&name);
            self.inner.runner.cancel(&name);
            self.inner.runner.forget(&name);
        }
        Ok(job)
    }

    /// Stores an execution, and starts it. A fault may make it more. With `check` it only says what that would answer.
    pub(super) fn run(
        &self,
        name: &str,
        body: &Map<String, Value>,
        check: bool,
    ) -> Result<Execution, Status> {
        let job = self
            .inner
            .state()
            .jobs
            .get(name)
            .cloned()
            .ok_or_else(|| not_found(name))?;
        check_etag(body.get("etag").and_then(Value::as_str), &job.etag())?;
        let template = job.template.overridden(&overrides(body)?)?;
        let core = &self.inner.core;
        let copies = 1 + core.faults.runs_more(name, core.clock.now_micros());
        let mut made = Vec::new();
        for _ in 0..copies {
            let random = uuid::Uuid::new_v4().simple().to_string();
            let short = random.get(..8).unwrap_or_default();
            let id = format!("{}-{short}", name.rsplit('/').next().unwrap_or_default());
            let now = self.inner.core.clock.tick();
            made.push(Execution::new(
                format!("{name}/executions/{id}"),
                template.clone(),
                now,
            ));
        }
        if check {
            made.truncate(1);
        } else {
            self.store_executions(name, &made)?;
        }
        for execution in made.iter().filter(|_| !check) {
            self.run_in_background(execution.name.clone());
        }
        made.into_iter()
            .next()
            .ok_or_else(|| Status::internal("nothing was run"))
    }

    fn store_executions(&self, job: &str, made: &[Execution]) -> Result<(), Status> {
        let mut state = self.inner.state();
        let mut changed = state.jobs.get(job).cloned().ok_or_else(|| not_found(job))?;
        changed.execution_count += made.len() as u64;
        changed.latest = made.last().map(|execution| execution.name.clone());
        let prefix = format!("{job}/executions/");
        let of_job = state
            .executions
            .values()
            .filter(|execution| execution.name.starts_with(&prefix));
        let mut finished: Vec<(i64, String)> = of_job
            .filter_map(|execution| Some((execution.completed?, execution.name.clone())))
            .collect();
        finished.sort_unstable();
        finished.truncate(finished.len().saturating_sub(KEPT_EXECUTIONS));
        self.inner.core.db.write(|transaction| {
            store::put_job(transaction, &changed)?;
            finished
                .iter()
                .try_for_each(|(_, name)| store::delete_execution(transaction, name))?;
            made.iter()
                .try_for_each(|execution| store::put_execution(transaction, execution))
        })?;
        state.jobs.insert(job.to_owned(), changed);
        for (_, name) in finished {
            state.executions.remove(&name);
            self.inner.runner.forget(&name);
        }
        state.executions.extend(
            made.iter()
                .map(|execution| (execution.name.clone(), execution.clone())),
        );
        Ok(())
    }

    pub(super) fn cancel(&self, name: &str) -> Result<Execution, Status> {
        let now = self.inner.core.clock.tick();
        self.inner
            .change(name, |execution| execution.cancel(now))
            .map_err(|_| not_found(name))?;
        self.inner.runner.cancel(name);
        self.execution(name)
    }

    /// Removes an execution that has ended; with `check` it only says what that would answer.
    pub(super) fn delete_execution(
        &self,
        name: &str,
        etag: Option<&str>,
        check: bool,
    ) -> Result<Execution, Status> {
        let execution = self.execution(name)?;
        check_etag(etag, &execution.etag())?;
        if execution.completed.is_none() {
            return Err(Status::failed_precondition(
                "A running execution cannot be deleted: cancel it first.",
            ));
        }
        if check {
            return Ok(execution);
        }
        let mut state = self.inner.state();
        self.inner
            .core
            .db
            .write(|transaction| store::delete_execution(transaction, name))?;
        state.executions.remove(name);
        self.inner.runner.forget(name);
        Ok(execution)
    }

    /// Keeps what a change answered, for those who ask for its operation.
    pub(super) fn remember_operation(&self, name: &str, operation: &Value) -> Result<(), Status> {
        let now = self.inner.core.clock.tick();
        let mut state = self.inner.state();
        let dropped = self
            .inner
            .core
            .db
            .write(|transaction| store::put_operation(transaction, name, operation, now))?;
        for old in dropped {
            state.operations.remove(&old);
        }
        state.operations.insert(name.to_owned(), operation.clone());
        Ok(())
    }

    /// The execution once it has ended, or as it is at `deadline` (microseconds; none: however long it takes).
    pub(super) async fn ended(&self, name: &str, deadline: Option<i64>) -> Result<Execution, Status> {
        loop {
            let changed = self.inner.changed.notified();
            let execution = self.execution(name)?;
            if execution.completed.is_some() {
                return Ok(execution);
            }
            tokio::select! {
                () = changed => {}
                () = self.inner.core.clock.sleep_until(deadline) => return Ok(execution),
            }
        }
    }

    pub(super) fn execution(&self, name: &str) -> Result<Execution, Status> {
        self.inner
            .state()
            .executions
            .get(name)
            .cloned()
            .ok_or_else(|| not_found(name))
    }
}

/// An `etag` that is sent must be the one of now.
pub(super) fn check_etag(sent: Option<&str>, now: &str) -> Result<(), Status> {
    match sent {
        Some(etag) if !etag.is_empty() && etag != now => {
            Err(Status::aborted("The etag is not the one of now."))
        }
        _ => Ok(()),
    }
}

/// `overrides` of a run.
fn overrides(body: &Map<String, Value>) -> Result<Map<String, Value>, Status> {
    const FIELDS: [&str; 4] = ["overrides", "etag", "validateOnly", "name"];
    if let Some(name) = body.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(Status::invalid_argument(format!(
            "Invalid JSON payload received. Unknown name \"{name}\": Cannot find field."
        )));
    }
    match body.get("overrides") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(overrides)) => Ok(overrides.clone()),
        Some(_) => Err(Status::invalid_argument("overrides must be an object")),
    }
}
