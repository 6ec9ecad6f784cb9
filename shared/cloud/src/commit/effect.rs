//! What goes out of a commit.

use crate::{Cloud, Result};
use contracts::HubFrame;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A message as Pub/Sub takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) data: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ordering_key: Option<String>,
}

/// A job to be started with variables added to its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobRun {
    /// The job.
    pub job: String,
    /// Variables for its containers.
    pub env: BTreeMap<String, String>,
}

/// Something that happens because of a commit, at least once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    Publish(Message),
    Tell(HubFrame),
    Run(JobRun),
}

impl Effect {
    /// Does it.
    pub(crate) async fn perform(&self, cloud: &Cloud) -> Result<()> {
        match self {
            Self::Publish(message) => cloud.events().publish(message).await,
            Self::Tell(frame) => cloud.backplane().publish(frame).await,
            Self::Run(run) => cloud.jobs().run(run).await,
        }
    }
}
