//! Pub/Sub.
use crate::core::{Core, StartError};
use axum::Router;
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
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

    /// Publishes from inside the emulator (Cloud Storage's notifications): no fault set for callers applies.
    pub(crate) fn publish(
        &self,
        topic: &str,
        messages: Vec<PubsubMessage>,
    ) -> Result<Vec<String>, tonic::Status> {
        let _ = messages;
        Err(tonic::Status::unimplemented(format!("publish to {topic}")))
    }
}
