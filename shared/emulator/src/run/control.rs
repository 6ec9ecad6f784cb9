//! What runs: `/_emulator/run/...`.

use super::Jobs;
use super::execution::Execution;
use super::logs;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{Uri, header};
use serde_json::{Value, json};

/// `GET /_emulator/run/executions?project=`.
pub(super) fn router(jobs: Jobs) -> Router {
    Router::new()
        .route("/_emulator/run/executions", get(executions))
        .route("/_emulator/run/logs", get(logs::serve))
        .with_state(jobs)
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
            "message": task.last.as_ref().map(|last| last.message.as_str()),
            "pid": task.pid,
        })
    };
    let mut value = execution.json();
    value["tasks"] = execution.tasks.iter().map(task).collect();
    value
}
