//! What there is: lists and single resources.

use super::query::Query;
use crate::run::Jobs;
use crate::run::actions::not_found;
use crate::run::execution::Execution;
use crate::run::store::State;
use serde_json::{Value, json};
use tonic::Status;

impl Jobs {
    pub(super) fn job_json(&self, name: &str) -> Result<Value, Status> {
        let state = self.inner.state();
        shown(&state, name).ok_or_else(|| not_found(name))
    }

    pub(super) fn list_jobs(&self, parent: &str, query: &Query) -> Result<Value, Status> {
        let prefix = format!("{parent}/jobs/");
        let state = self.inner.state();
        let ours = state.jobs.keys().filter(|name| name.starts_with(&prefix));
        let page = query.page(ours.filter_map(|name| Some((name.clone(), shown(&state, name)?))))?;
        Ok(json!({"jobs": page.found, "nextPageToken": page.token}))
    }

    /// `-` for the job lists the executions of all jobs.
    pub(super) fn list_executions(&self, name: &str, query: &Query) -> Result<Value, Status> {
        let prefix = name
            .strip_suffix("/-/executions")
            .map_or_else(|| format!("{name}/"), |parent| format!("{parent}/"));
        let state = self.inner.state();
        let ours = state
            .executions
            .iter()
            .filter(|(name, _)| name.starts_with(&prefix));
        let page = query.page(ours.map(|(name, execution)| (name.clone(), execution.json())))?;
        Ok(json!({"executions": page.found, "nextPageToken": page.token}))
    }

    /// The tasks of an execution, in the order of their numbers.
    pub(super) fn list_tasks(&self, execution: &str, query: &Query) -> Result<Value, Status> {
        let execution = self.execution(execution)?;
        let numbered = (0..execution.tasks.len())
            .filter_map(|index| Some((format!("{index:05}"), execution.task_json(index)?)));
        let page = query.page(numbered)?;
        Ok(json!({"tasks": page.found, "nextPageToken": page.token}))
    }

    pub(super) fn task(&self, execution: &str, name: &str) -> Result<Value, Status> {
        let execution = self.execution(execution)?;
        let index = (0..execution.tasks.len()).find(|index| execution.task_name(*index) == name);
        index
            .and_then(|index| execution.task_json(index))
            .ok_or_else(|| not_found(name))
    }

    /// Runs, and changes of jobs that were done in their answers (the last thousand).
    pub(super) fn list_operations(&self, parent: &str, query: &Query) -> Result<Value, Status> {
        let prefix = format!("{parent}/operations/");
        let state = self.inner.state();
        let runs = state
            .executions
            .values()
            .map(|execution| (execution.operation(), execution.operation_json()));
        let changes = state
            .operations
            .iter()
            .map(|(name, operation)| (name.clone(), operation.clone()));
        let mut all: Vec<(String, Value)> = runs.chain(changes).collect();
        all.retain(|(name, _)| name.starts_with(&prefix));
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let page = query.page(all.into_iter())?;
        Ok(json!({"operations": page.found, "nextPageToken": page.token}))
    }

    /// An operation: the execution that it is of, or what a change answered.
    pub(super) fn operation(&self, name: &str) -> Result<Operation, Status> {
        let state = self.inner.state();
        if let Some(done) = state.operations.get(name) {
            return Ok(Operation::Done(done.clone()));
        }
        let run = state
            .executions
            .values()
            .find(|execution| execution.operation() == name);
        let run = run.ok_or_else(|| Status::not_found(format!("Operation {name} not found.")))?;
        Ok(Operation::Run(run.name.clone(), run.operation_json()))
    }
}

/// What an operation's name stands for.
pub(super) enum Operation {
    Done(Value),
    /// The execution, and the operation as it is now.
    Run(String, Value),
}

/// A job with what it says of its latest execution.
pub(super) fn shown(state: &State, name: &str) -> Option<Value> {
    let job = state.jobs.get(name)?;
    let mut value = job.json();
    let latest = job
        .latest
        .as_ref()
        .and_then(|latest| state.executions.get(latest));
    if let Some(reference) = latest.map(Execution::reference) {
        value["latestCreatedExecution"] = reference;
    }
    Some(value)
}
