//! Which indexes a project has, from outside.

use crate::firestore::engine::Engine;
use crate::firestore::indexes::Declared;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// `PUT /_emulator/firestore/indexes`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutIndexes {
    project: String,
    /// The content of a `firestore.indexes.json`.
    indexes: Declared,
}

/// From now on, the project has these indexes and no others; stored before it is answered.
pub(super) async fn put_indexes(
    State(engine): State<Arc<Engine>>,
    Json(put): Json<PutIndexes>,
) -> Result<StatusCode, (StatusCode, String)> {
    let failed = |status: tonic::Status| (StatusCode::INTERNAL_SERVER_ERROR, status.message().to_owned());
    let declared = tokio::task::spawn_blocking(move || engine.declare(&put.project, put.indexes)).await;
    declared
        .unwrap_or_else(|error| Err(tonic::Status::internal(error.to_string())))
        .map_err(failed)?;
    Ok(StatusCode::NO_CONTENT)
}
