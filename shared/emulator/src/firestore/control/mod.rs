//! What is asked of Firestore from outside its own protocol.
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

mod browse;
mod clear;
mod indexes;
mod json;
mod operations;

use super::engine::Engine;
use axum::Router;
use axum::routing::{delete, get, put};
use std::sync::Arc;

/// The control surface, without the faults.
pub(crate) fn router() -> Router<Arc<Engine>> {
    Router::new()
        .route("/_emulator/firestore/collections", get(browse::collections))
        .route(
            "/emulator/v1/projects/{project}/databases/{database}/documents",
            delete(clear::documents),
        )
        .route("/_emulator/firestore/documents", get(browse::documents))
        .route("/_emulator/firestore/indexes", put(indexes::put_indexes))
        .route(
            "/_emulator/firestore/operations",
            get(operations::billed).delete(operations::reset),
        )
}
