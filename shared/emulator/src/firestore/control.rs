//! Which indexes a project has, from outside.
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

use super::engine::Engine;
use super::indexes::Declared;
use super::store;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::{Arc, PoisonError};

/// `PUT /_emulator/firestore/indexes`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutIndexes {
    project: String,
    /// The content of a `firestore.indexes.json`.
    indexes: Declared,
}

/// From now on, the project has these indexes and no others; stored before it is answered.
pub(crate) async fn put_indexes(
    State(engine): State<Arc<Engine>>,
    Json(put): Json<PutIndexes>,
) -> Result<StatusCode, (StatusCode, String)> {
    let failed = |error: &dyn std::error::Error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let json = serde_json::to_string(&put.indexes).map_err(|error| failed(&error))?;
    store::save_indexes(&engine.core().db, &put.project, &json).map_err(|error| failed(&error))?;
    engine
        .indexes
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .set(put.project, put.indexes);
    Ok(StatusCode::NO_CONTENT)
}
