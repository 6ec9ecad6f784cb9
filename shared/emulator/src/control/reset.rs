//! Removing everything of a project.

use super::inside::{ask, encoded, list};
use crate::core::Emulator;
use crate::rest::RestError;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tonic::Status;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reset {
    project: String,
}

/// `POST /_emulator/reset {"project"}`: what runs is stopped first, so that nothing makes new things while the rest goes.
pub(super) async fn reset(
    State(emulator): State<Emulator>,
    body: Result<Json<Reset>, JsonRejection>,
) -> Result<StatusCode, RestError> {
    let Json(Reset { project }) = body?;
    let p = encoded(&project);
    emulator.core.faults.end(Some(&project), None);
    let schedules = format!("/v1/projects/{p}/locations/-/jobs?pageSize=500");
    for job in list(&emulator, &schedules, "jobs").await? {
        let name = job["name"].as_str().unwrap_or_default();
        delete(&emulator, &format!("/v1/{name}")).await?;
    }
    for job in emulator.jobs.names(&project) {
        delete(&emulator, &format!("/v2/{job}")).await?;
    }
    emulator.storage.reset(&project)?;
    emulator.pubsub.reset(&project)?;
    emulator.mailbox.reset(&project)?;
    emulator.firestore.reset(&project)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes one thing, unless somebody else has.
async fn delete(emulator: &Emulator, path: &str) -> Result<Value, Status> {
    match ask(emulator, Method::DELETE, path, None).await {
        Err(status) if status.code() == tonic::Code::NotFound => Ok(Value::Null),
        answer => answer,
    }
}
