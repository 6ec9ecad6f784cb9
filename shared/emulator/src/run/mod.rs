//! Cloud Run Jobs (REST v2): an execution is a set of tasks, a task is a child process, tried until it succeeds or may not be tried again.
//!
//! `template`, `job` and `execution` are what happens, without IO; `store` keeps it; `runner` starts the processes (`process`, `spawner`).

mod actions;
mod control;
mod execution;
mod job;
mod logs;
mod process;
mod program;
mod rest;
mod runner;
mod scratch;
mod spawner;
mod store;
mod template;
#[cfg(test)]
mod tests;
mod time;

pub use program::Program;

use crate::core::{Core, StartError};
use axum::Router;
use runner::Runner;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::State;
use tokio::sync::Notify;

/// Jobs and their executions; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Jobs {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    core: Arc<Core>,
    images: BTreeMap<String, Program>,
    state: Mutex<State>,
    runner: Runner,
    /// Told when an execution changes.
    changed: Notify,
}

impl Jobs {
    /// Loads everything, ends what processes were left, and runs again the executions that were running.
    pub(crate) fn open(core: Arc<Core>, images: BTreeMap<String, Program>) -> Result<Self, StartError> {
        let folder = core.data.join("jobs");
        std::fs::create_dir_all(&folder).map_err(|error| StartError::Folder(folder.clone(), error))?;
        let state = store::load(&core.db)?;
        let runner = Runner::new(folder.clone()).map_err(|error| StartError::Folder(folder, error))?;
        let state = Mutex::new(state);
        let jobs = Self {
            inner: Arc::new(Inner {
                core,
                images,
                state,
                changed: Notify::new(),
                runner,
            }),
        };
        jobs.take_up()?;
        Ok(jobs)
    }

    pub(crate) fn router(&self) -> Router {
        rest::router(self.clone()).merge(control::router(self.clone()))
    }

    /// The projects that have jobs.
    pub(crate) fn projects(&self) -> Vec<String> {
        let state = self.inner.state();
        let project = |name: &String| name.split('/').nth(1).map(str::to_owned);
        state.jobs.keys().filter_map(project).collect()
    }

    /// The names of a project's jobs.
    pub(crate) fn names(&self, project: &str) -> Vec<String> {
        let prefix = format!("projects/{project}/");
        let state = self.inner.state();
        let ours = state.jobs.keys().filter(|name| name.starts_with(&prefix));
        ours.cloned().collect()
    }

    /// Executions that run.
    pub(crate) fn pending(&self, project: Option<&str>) -> Vec<String> {
        let state = self.inner.state();
        let live = state.executions.values().filter(|execution| {
            execution.completed.is_none() || self.inner.runner.is_ending(&execution.name)
        });
        let of_project =
            live.filter(|execution| project.is_none_or(|project| execution.project() == project));
        of_project
            .map(|execution| format!("run: execution {}", execution.name))
            .collect()
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
