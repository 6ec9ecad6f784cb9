//! Cloud Scheduler: jobs that call an HTTP address by a cron schedule on the emulator's clock.
//!
//! `cron` and `job` are what happens, without IO; `store` keeps it; `rest` is the way in, `call` the way out.

mod call;
mod cron;
mod job;
mod mask;
#[cfg(test)]
mod outside;
mod rest;
mod store;
#[cfg(test)]
mod tests;

use crate::core::{Core, StartError};
use axum::Router;
use jiff::Timestamp;
use job::{Course, Job, Outcome, Run, State};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tonic::Status;

/// The service; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Scheduler {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    core: Arc<Core>,
    jobs: Mutex<Jobs>,
    /// Told when something else may be due.
    changed: Arc<Notify>,
    runner: AbortHandle,
}

#[derive(Debug, Default)]
struct Jobs {
    courses: BTreeMap<String, Course>,
    /// Jobs whose attempt is under way.
    calling: HashSet<String>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.runner.abort();
    }
}

impl Scheduler {
    /// Reads what was stored and runs what is due. Must run inside a Tokio runtime.
    pub(crate) fn open(core: Arc<Core>) -> Result<Self, StartError> {
        let courses = store::load(&core.db)?;
        let changed = Arc::new(Notify::new());
        let inner = Arc::new_cyclic(|weak| Inner {
            runner: tokio::spawn(call::run(weak.clone(), Arc::clone(&core), Arc::clone(&changed)))
                .abort_handle(),
            core,
            jobs: Mutex::new(Jobs {
                courses,
                calling: HashSet::new(),
            }),
            changed: Arc::clone(&changed),
        });
        // the task waits for this: before, there is no service for it
        inner.changed.notify_one();
        Ok(Self { inner })
    }

    /// The REST form, `/v1/projects/.../locations/.../jobs`.
    pub(crate) fn router(&self) -> Router {
        rest::router(Arc::clone(&self.inner))
    }

    /// The projects that have jobs.
    pub(crate) fn projects(&self) -> Vec<String> {
        let jobs = self.inner.lock();
        let project = |name: &String| name.split('/').nth(1).map(str::to_owned);
        jobs.courses.keys().filter_map(project).collect()
    }

    /// Jobs that are due or have a run under way, in all projects or one.
    pub(crate) fn pending(&self, project: Option<&str>) -> Vec<String> {
        self.inner.pending(project)
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The emulator's time.
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.core.clock.now_micros()).unwrap_or(Timestamp::MAX)
    }

    fn get(&self, name: &str) -> Result<Job, Status> {
        self.lock()
            .courses
            .get(name)
            .map(|course| course.job.clone())
            .ok_or_else(|| not_found(name))
    }

    fn create(&self, job: Job) -> Result<Job, Status> {
        let mut jobs = self.lock();
        if jobs.courses.contains_key(&job.name) {
            return Err(Status::already_exists(format!(
                "Job {} already exists.",
                job.name
            )));
        }
        let now = self.now();
        let job = Job {
            state: State::Enabled,
            user_update_time: Some(now),
            ..job
        }
        .complete(now)?;
        let course = Course {
            job: job.clone(),
            run: None,
        };
        store::put(&self.core.db, &course).map_err(internal)?;
        jobs.courses.insert(job.name.clone(), course);
        drop(jobs);
        self.changed.notify_one();
        Ok(job)
    }

    /// Changes a job and stores it before it answers.
    fn change(
        &self,
        name: &str,
        work: impl FnOnce(&mut Course, Timestamp) -> Result<(), Status>,
    ) -> Result<Job, Status> {
        let mut jobs = self.lock();
        let course = jobs.courses.get_mut(name).ok_or_else(|| not_found(name))?;
        let mut changed = course.clone();
        work(&mut changed, self.now())?;
        store::put(&self.core.db, &changed).map_err(internal)?;
        *course = changed;
        let job = course.job.clone();
        drop(jobs);
        self.changed.notify_one();
        Ok(job)
    }

    fn delete(&self, name: &str) -> Result<(), Status> {
        let mut jobs = self.lock();
        if !jobs.courses.contains_key(name) {
            return Err(not_found(name));
        }
        store::delete(&self.core.db, name).map_err(internal)?;
        jobs.courses.remove(name);
        Ok(())
    }

    /// The jobs below `projects/P/locations/L`; `-` is every location.
    fn list(&self, parent: &str) -> Vec<Job> {
        let everywhere = parent.strip_suffix("/-").map(|all| format!("{all}/"));
        let prefix = everywhere.unwrap_or_else(|| format!("{parent}/jobs/"));
        let jobs = self.lock();
        jobs.courses
            .values()
            .filter(|c| c.job.name.starts_with(&prefix))
            .map(|c| c.job.clone())
            .collect()
    }

    /// Begins all attempts that are due.
    fn due(&self) -> Vec<(Job, Run)> {
        let (mut jobs, now) = (self.lock(), self.now());
        let Jobs { courses, calling } = &mut *jobs;
        let mut begun = Vec::new();
        for (name, course) in courses.iter_mut().filter(|(name, _)| !calling.contains(*name)) {
            let mut changed = course.clone();
            let Some(run) = changed.begin(now) else { continue };
            if let Err(error) = store::put(&self.core.db, &changed) {
                tracing::error!(%error, job = name, "a run could not be stored and waits");
                continue;
            }
            *course = changed;
            begun.push((course.job.clone(), run));
        }
        calling.extend(begun.iter().map(|(job, _)| job.name.clone()));
        begun
    }

    /// When something is next due, in microseconds since 1970.
    fn next_time(&self) -> Option<i64> {
        let jobs = self.lock();
        let free = jobs
            .courses
            .iter()
            .filter(|(name, _)| !jobs.calling.contains(*name));
        free.filter_map(|(_, course)| course.due())
            .min()
            .map(Timestamp::as_microsecond)
    }

    /// An attempt ended.
    fn end(&self, name: &str, outcome: Outcome) {
        let (mut jobs, now) = (self.lock(), self.now());
        jobs.calling.remove(name);
        // the job may have been deleted meanwhile
        if let Some(course) = jobs.courses.get_mut(name) {
            course.end(outcome, now);
            if let Err(error) = store::put(&self.core.db, course) {
                tracing::error!(%error, job = name, "the end of a run could not be stored: it comes again after a restart");
            }
        }
    }

    fn pending(&self, project: Option<&str>) -> Vec<String> {
        let (jobs, now) = (self.lock(), self.now());
        let ours =
            |name: &str| project.is_none_or(|project| name.starts_with(&format!("projects/{project}/")));
        let waits = |(name, course): &(&String, &Course)| {
            ours(name) && (course.run.is_some() || course.due().is_some_and(|due| due <= now))
        };
        jobs.courses
            .iter()
            .filter(waits)
            .map(|(name, _)| format!("{name}: a run"))
            .collect()
    }
}

fn not_found(name: &str) -> Status {
    Status::not_found(format!("Job {name} not found."))
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn internal(error: rusqlite::Error) -> Status {
    Status::internal(format!("the database: {error}"))
}
