//! Faults on request, and what runs: `/_emulator/run/...`.

use super::Jobs;
use super::execution::Execution;
use crate::rest::RestError;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use http::{StatusCode, Uri, header};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tonic::Status;

/// What goes wrong with a job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Fault {
    kill_attempts: u32,
    duplicate: bool,
}

/// Faults by project and job.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<BTreeMap<(String, String), Fault>>);

/// `{"project", "job", "killAttempts", "duplicate"}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FaultBody {
    project: String,
    job: String,
    #[serde(default)]
    kill_attempts: u32,
    #[serde(default)]
    duplicate: bool,
}

impl Faults {
    fn set(&self, body: FaultBody) {
        let fault = Fault {
            kill_attempts: body.kill_attempts,
            duplicate: body.duplicate,
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert((body.project, body.job), fault);
    }

    /// Whether the attempt that starts now is to be killed.
    pub(super) fn kills(&self, execution: &Execution) -> bool {
        let key = (execution.project().to_owned(), execution.job_id().to_owned());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(fault) = all.get_mut(&key).filter(|fault| fault.kill_attempts > 0) else {
            return false;
        };
        fault.kill_attempts -= 1;
        true
    }

    /// Whether each run of the job is to start twice.
    pub(super) fn duplicates(&self, job: &str) -> bool {
        let parts: Vec<&str> = job.split('/').collect();
        let (Some(project), Some(id)) = (parts.get(1), parts.get(5)) else {
            return false;
        };
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&((*project).to_owned(), (*id).to_owned()))
            .is_some_and(|fault| fault.duplicate)
    }
}

/// `PUT /_emulator/run/faults` and `GET /_emulator/run/executions?project=`.
pub(super) fn router(jobs: Jobs) -> Router {
    Router::new()
        .route("/_emulator/run/faults", put(put_fault))
        .route("/_emulator/run/executions", get(executions))
        .with_state(jobs)
}

async fn put_fault(State(jobs): State<Jobs>, body: Bytes) -> Response {
    match serde_json::from_slice(&body) {
        Ok(body) => {
            jobs.inner.faults.set(body);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => RestError(Status::invalid_argument(error.to_string())).into_response(),
    }
}

/// All executions, oldest first, each with what its tasks did.
async fn executions(State(jobs): State<Jobs>, uri: Uri) -> Response {
    let project = uri
        .query()
        .and_then(|query| query.strip_prefix("project="))
        .map(str::to_owned);
    let state = jobs.inner.state();
    let wanted = |execution: &&Execution| {
        project
            .as_deref()
            .is_none_or(|project| execution.project() == project)
    };
    let mut found: Vec<&Execution> = state.executions.values().filter(wanted).collect();
    found.sort_by_key(|execution| execution.created);
    let shown: Vec<Value> = found.into_iter().map(show).collect();
    (
        [(header::CONTENT_TYPE, "application/json")],
        json!({"executions": shown}).to_string(),
    )
        .into_response()
}

fn show(execution: &Execution) -> Value {
    let task = |task: &super::execution::Task| {
        json!({
            "status": format!("{:?}", task.status).to_lowercase(),
            "attempt": task.attempt,
            "failures": task.failures,
            "message": task.message,
            "pid": task.pid,
        })
    };
    let mut value = execution.json();
    value["tasks"] = execution.tasks.iter().map(task).collect();
    value
}
