//! Storage
use crate::core::{Core, StartError};
use axum::Router;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Storage {
    core: Arc<Core>,
    pubsub: crate::pubsub::PubSub,
}

impl Storage {
    pub(crate) fn open(core: Arc<Core>, pubsub: crate::pubsub::PubSub) -> Result<Self, StartError> {
        Ok(Self { core, pubsub })
    }
    pub(crate) fn router(&self) -> Router {
        Router::new()
    }
    pub(crate) fn public_router(&self) -> Router {
        Router::new()
    }
    pub(crate) fn has_bucket(&self, _name: &str) -> bool {
        false
    }
}
