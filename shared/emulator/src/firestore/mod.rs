//! Firestore in native mode: documents, queries, transactions.
#![cfg_attr(
    not(test),
    expect(dead_code, unused_imports, reason = "indexes are not wired in yet")
)]

mod bill;
mod control;
mod engine;
#[cfg(test)]
mod generate;
mod indexes;
mod key;
mod name;
mod order;
mod path;
mod query;
mod service;
mod store;
mod time;
mod transactions;
mod value;
mod write;

#[cfg(test)]
mod tests;

use crate::core::{Core, StartError};
use axum::Router;
use axum::routing::post;
use engine::Engine;
use std::sync::Arc;

/// The emulator's Firestore.
#[derive(Debug, Clone)]
pub(crate) struct Firestore {
    engine: Arc<Engine>,
}

impl Firestore {
    /// Reads what is stored.
    pub(crate) fn open(core: Arc<Core>) -> Result<Self, StartError> {
        Ok(Self {
            engine: Arc::new(Engine::open(core)?),
        })
    }

    /// The API and what controls it.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/google.firestore.v1.Firestore/{method}", post(service::call))
            .merge(control::router())
            .with_state(Arc::clone(&self.engine))
    }
}
