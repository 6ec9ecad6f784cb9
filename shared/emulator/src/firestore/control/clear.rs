//! Taking away what is stored.

use crate::firestore::engine::Engine;
use crate::firestore::name::Database;
use crate::rest::RestError;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use std::sync::Arc;
use tonic::Status;

/// `DELETE /emulator/v1/projects/{project}/databases/{database}/documents`: as Google's own emulator has it.
///
/// Source: <https://firebase.google.com/docs/emulator-suite/connect_firestore#clear_your_database_between_tests>.
pub(super) async fn documents(
    State(engine): State<Arc<Engine>>,
    Path((project, database)): Path<(String, String)>,
) -> Result<StatusCode, RestError> {
    let database = Database::parse(&format!("projects/{project}/databases/{database}"))?;
    let done = tokio::task::spawn_blocking(move || engine.clear(&database)).await;
    done.unwrap_or_else(|error| Err(Status::internal(error.to_string())))?;
    Ok(StatusCode::OK)
}
