//! What one commit sends out, as it is stored.

use crate::commit::effect::Effect;
use crate::documents::{Collection, Document};
use crate::trace::TraceContext;
use crate::{Error, Result};
use contracts::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A time alone would be an index that rises at one place; a random shard stands before it.
pub(crate) const SHARDS: u8 = 4;

/// The longest time between two attempts to send an entry.
const LONGEST: Duration = Duration::from_hours(1);

pub(crate) const OUTBOX: Collection<Entry> = Collection::new("outbox");

/// What one commit sends out, in `functions/{function}/outbox`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) id: String,
    /// The effects as JSON: nothing in them is ever searched for.
    pub(crate) effects: String,
    pub(crate) shard: u8,
    /// When a sweep may take it.
    pub(crate) due_at: Timestamp,
    /// How many sweeps took it.
    #[serde(default)]
    pub(crate) attempts: u32,
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
        let shard = id.bytes().fold(0_u8, u8::wrapping_add) % SHARDS;
        let traceparent = TraceContext::current().map(|trace| trace.to_string());
        Ok(Self {
            effects: as_text(effects)?,
            id,
            shard,
            due_at,
            attempts: 0,
            traceparent,
        })
    }

    pub(super) fn effects(&self) -> Result<Vec<Effect>> {
        serde_json::from_str(&self.effects).map_err(|source| Error::Unreadable {
            name: format!("outbox/{}", self.id),
            source: source.into(),
        })
    }

    /// The trace of the commit that made it.
    pub(super) fn trace(&self) -> TraceContext {
        let trace = self.traceparent.as_deref().and_then(|text| text.parse().ok());
        trace.unwrap_or_else(TraceContext::random)
    }
}

/// Effects as an entry keeps them.
pub(super) fn as_text(effects: &[Effect]) -> Result<String> {
    serde_json::to_string(effects).map_err(|source| Error::Unreadable {
        name: "outbox".to_owned(),
        source: source.into(),
    })
}

/// How long after a sweep took an entry for the `attempts`th time the next one may: `first` doubled each time, an hour at most.
pub(super) fn backoff(first: Duration, attempts: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(attempts)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::SessionId;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_entry_keeps_its_effects() {
        let effects = vec![Effect::Tell(contracts::HubFrame::EndSession {
            session_id: SessionId::random(),
        })];
        let entry = Entry::new("abc".to_owned(), &effects, Timestamp::EPOCH).unwrap();
        assert_eq!(entry.effects().unwrap(), effects);
    }

    #[test]
    fn random_ids_use_every_shard() {
        let shards: BTreeSet<u8> = (0..500)
            .map(|_| uuid::Uuid::new_v4().to_string())
            .map(|id| Entry::new(id, &[], Timestamp::EPOCH).unwrap().shard)
            .collect();
        assert_eq!(shards, (0..SHARDS).collect());
    }

    proptest! {
        #[test]
        fn backoff_never_shrinks_and_ends_at_an_hour(millis in 1_u64..100_000, attempts in 0_u32..100) {
            let first = Duration::from_millis(millis);
            let (now, next) = (backoff(first, attempts), backoff(first, attempts + 1));
            prop_assert!(first <= now && now <= next && next <= LONGEST);
            prop_assert!(next == (now * 2).min(LONGEST));
        }
    }
}
