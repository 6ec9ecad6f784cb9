//! `/_emulator/faults`.
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

use crate::core::Core;
use crate::rest::RestError;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tonic::Status;

/// Set, list, end.
pub(crate) fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/_emulator/faults", get(list).put(set).delete(end))
        .with_state(core)
}

async fn set(State(core): State<Arc<Core>>, body: Bytes) -> Result<Json<Value>, RestError> {
    let wrong = |error: serde_json::Error| Status::invalid_argument(error.to_string());
    let fault = serde_json::from_slice(&body).map_err(wrong)?;
    Ok(Json(core.faults.set(fault, core.clock.now_micros())?))
}

async fn list(State(core): State<Arc<Core>>) -> Json<Value> {
    Json(json!({"faults": core.faults.list(core.clock.now_micros())}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    project: Option<String>,
    id: Option<u64>,
}

async fn end(State(core): State<Arc<Core>>, Query(which): Query<Which>) -> StatusCode {
    core.faults.end(which.project.as_deref(), which.id);
    StatusCode::NO_CONTENT
}
