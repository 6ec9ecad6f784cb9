//! PubSub
use crate::core::{Core, StartError};
use axum::Router;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct PubSub {
    core: Arc<Core>,
}

impl PubSub {
    pub(crate) fn open(core: Arc<Core>) -> Result<Self, StartError> {
        Ok(Self { core })
    }
    pub(crate) fn router(&self) -> Router {
        Router::new()
    }
}
