//! The outbox: what goes out is stored with the state, sent right after, and swept when a crash came in between.

mod claim;
mod entry;
mod sweep;

pub(super) use entry::{Entry, OUTBOX};
pub use sweep::Swept;

use super::effect::Effect;
use crate::error::chain;
use crate::{Cloud, Result};
use futures::future::join_all;
use std::time::Duration;

/// How long sending may hold up an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Sends what commits left behind.
#[derive(Debug, Clone)]
pub struct Outbox {
    cloud: Cloud,
}

impl Outbox {
    pub(crate) fn new(cloud: Cloud) -> Self {
        Self { cloud }
    }

    /// Sends `effects` of the entry `id` side by side and removes the entry when all went out: one delete. What does not go out within a second
    /// is the sweep's business: nothing is reported, because the commit has happened.
    pub(crate) async fn send(&self, id: &str, effects: &[Effect]) {
        if self.perform(id, effects, PATIENCE).await.is_empty() {
            self.remove(id).await;
        }
    }

    /// Sends `effects` side by side; answers those that did not go out.
    async fn perform(&self, id: &str, effects: &[Effect], patience: Duration) -> Vec<Effect> {
        let each = effects.iter().map(|effect| async move {
            match tokio::time::timeout(patience, effect.perform(&self.cloud)).await {
                Ok(Ok(())) => return None,
                Ok(Err(error)) => {
                    tracing::warn!(outbox.entry = id, error = %chain(&error), "not sent, a sweep will");
                }
                Err(_) => tracing::warn!(outbox.entry = id, "not sent in time, a sweep will"),
            }
            Some(effect.clone())
        });
        join_all(each).await.into_iter().flatten().collect()
    }

    async fn remove(&self, id: &str) {
        if let Err(error) = self.cloud.own_commit().remove(OUTBOX, id).await {
            tracing::warn!(outbox.entry = id, error = %chain(&error), "sent, but still in the outbox");
        }
    }

    /// How many entries are not sent yet. Counts as one read for each thousand of them, one at least.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn waiting(&self) -> Result<u64> {
        self.cloud.own_documents().count(OUTBOX.query()).await
    }
}
