//! What calls cost.

use crate::firestore::bill::Operations;
use crate::firestore::engine::Engine;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which project is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfProject {
    pub(super) project: String,
}

/// `GET /_emulator/firestore/operations?project=p`: what its calls cost since the start or the last reset, by method.
pub(super) async fn billed(
    State(engine): State<Arc<Engine>>,
    Query(asked): Query<OfProject>,
) -> Json<BTreeMap<String, Operations>> {
    Json(engine.bills().of(&asked.project))
}

/// `DELETE /_emulator/firestore/operations?project=p`: begins anew.
pub(super) async fn reset(State(engine): State<Arc<Engine>>, Query(asked): Query<OfProject>) -> StatusCode {
    engine.bills().reset(&asked.project);
    StatusCode::NO_CONTENT
}
