//! The outbox: what goes out is stored with the state, sent right after, and swept when a crash came in between.

use super::effect::Effect;
use crate::documents::{Collection, Direction, Document};
use crate::trace::TraceContext;
use crate::{Cloud, Error, Result};
use contracts::Timestamp;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long sending may hold up an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// A time alone would be an index that rises at one place; a random shard stands before it.
pub(crate) const SHARDS: u8 = 4;

/// Entries that one sweep takes from one shard.
const BATCH: usize = 100;

pub(crate) const OUTBOX: Collection<Entry> = Collection::new("outbox");

/// What one commit sends out, in `functions/{function}/outbox`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) id: String,
    /// The effects as JSON: nothing in them is ever searched for.
    pub(crate) effects: String,
    pub(crate) shard: u8,
    pub(crate) due_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) traceparent: Option<String>,
}

impl Document for Entry {
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Entry {
    pub(crate) fn new(id: String, effects: &[Effect], due_at: Timestamp) -> Result<Self> {
        let effects = serde_json::to_string(effects).map_err(|source| Error::Unreadable {
            name: "outbox".to_owned(),
            source: source.into(),
        })?;
        let shard = id.bytes().fold(0_u8, u8::wrapping_add) % SHARDS;
        let traceparent = TraceContext::current().map(|trace| trace.to_string());
        Ok(Self {
            id,
            effects,
            shard,
            due_at,
            traceparent,
        })
    }

    fn effects(&self) -> Result<Vec<Effect>> {
        serde_json::from_str(&self.effects).map_err(|source| Error::Unreadable {
            name: format!("outbox/{}", self.id),
            source: source.into(),
        })
    }
}

/// Sends what commits left behind.
#[derive(Debug, Clone)]
pub struct Outbox {
    cloud: Cloud,
}

impl Outbox {
    pub(crate) fn new(cloud: Cloud) -> Self {
        Self { cloud }
    }

    /// Sends `effects` of the entry `id` side by side and removes the entry when all went out. What does not go out within a second is
    /// the sweep's business: nothing is reported, because the commit has happened.
    pub(crate) async fn send(&self, id: &str, effects: &[Effect]) {
        let each = effects
            .iter()
            .map(|effect| tokio::time::timeout(PATIENCE, effect.perform(&self.cloud)));
        let mut all_out = true;
        for outcome in join_all(each).await {
            match outcome {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    all_out = false;
                    tracing::warn!(outbox.entry = id, error = %crate::error::chain(&error), "not sent, the sweep will");
                }
                Err(_) => {
                    all_out = false;
                    tracing::warn!(outbox.entry = id, "not sent within a second, the sweep will");
                }
            }
        }
        if all_out && let Err(error) = self.cloud.own_commit().remove(OUTBOX, id).await {
            tracing::warn!(outbox.entry = id, error = %crate::error::chain(&error), "sent, but still in the outbox");
        }
    }

    /// How many entries are not sent yet.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn waiting(&self) -> Result<u64> {
        self.cloud.own_documents().count(OUTBOX.query()).await
    }

    /// Sends every entry that is due. Answers how many there were.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn sweep(&self) -> Result<usize> {
        let now = self.cloud.clock().now();
        let mut swept = 0;
        for shard in 0..SHARDS {
            let due = OUTBOX.query().eq("shard", shard).at_most("dueAt", now);
            let due = due.order_by("dueAt", Direction::Ascending).limit(BATCH);
            for entry in self.cloud.own_documents().query(due).await? {
                let trace = entry.traceparent.as_deref().and_then(|text| text.parse().ok());
                let trace: TraceContext = trace.unwrap_or_else(TraceContext::random);
                let effects = entry.effects()?;
                trace.scope(self.send(&entry.id, &effects)).await;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::SessionId;

    #[test]
    fn an_entry_keeps_its_effects() {
        let effects = vec![Effect::Tell(contracts::HubFrame::EndSession {
            session_id: SessionId::random(),
        })];
        let entry = Entry::new("abc".to_owned(), &effects, Timestamp::EPOCH).unwrap();
        assert_eq!(entry.effects().unwrap(), effects);
        assert!(entry.shard < SHARDS);
    }
}
