//! Firestore in native mode: documents, queries, transactions.

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
use serde_json::Value;
use std::sync::Arc;
use tonic::Status;

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

    /// The projects that have, or had, documents.
    pub(crate) fn projects(&self) -> Result<Vec<String>, Status> {
        let project = |name: &String| name.split('/').nth(1).map(str::to_owned);
        Ok(self.engine.databases()?.iter().filter_map(project).collect())
    }

    /// The collections at the root of a project's databases: `{"database", "id", "path"}`.
    pub(crate) fn collections(&self, project: &str) -> Result<Vec<Value>, Status> {
        self.engine.collections(project)
    }

    /// Removes all documents of a project; its declared indexes stay.
    pub(crate) fn reset(&self, project: &str) -> Result<(), Status> {
        self.engine.forget(project)
    }

    /// The API and what controls it.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/google.firestore.v1.Firestore/{method}", post(service::call))
            .merge(control::router())
            .with_state(Arc::clone(&self.engine))
    }
}
