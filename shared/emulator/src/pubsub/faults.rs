//! What tests ask Pub/Sub to do wrong. Kept in memory only: a restart ends all faults and holds.

use super::backoff::hash;
use crate::faults::{DeliveryFaults, Faults as All};
use std::collections::HashSet;
use std::sync::Arc;

/// How long a shuffled message waits at most when no delay is set: enough for those behind it to overtake.
const SHUFFLE_DELAY_MILLIS: u64 = 20;

impl DeliveryFaults {
    /// The rank and the delay in microseconds of the delivery `id`, which would have the rank `rank`, with this ordering key. Deliveries of
    /// a key share their draw.
    pub(crate) fn place(&self, id: u64, rank: u64, key: &str) -> (u64, i64) {
        let micros = |millis: u64| i64::try_from(millis.saturating_mul(1000)).unwrap_or(i64::MAX / 2);
        let Some(seed) = self.shuffle else {
            return (rank, micros(self.delay_millis));
        };
        let drawn = if key.is_empty() {
            hash((seed, id))
        } else {
            hash((seed, key))
        };
        let most = if self.delay_millis == 0 {
            SHUFFLE_DELAY_MILLIS
        } else {
            self.delay_millis
        };
        let delay = hash((drawn, "delay")) % most.saturating_mul(1000).saturating_add(1);
        (drawn, i64::try_from(delay).unwrap_or(0))
    }
}

/// The faults that are set, and what is held.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    all: Arc<All>,
    held: HashSet<String>,
}

impl Faults {
    /// Nothing held, and the faults that are set for all services.
    pub(crate) fn of(all: Arc<All>) -> Self {
        Self {
            all,
            held: HashSet::new(),
        }
    }

    /// The faults of a message that comes into a subscription now.
    pub(crate) fn delivery(&self, subscription: &str, now: i64) -> DeliveryFaults {
        self.all.delivery(subscription, now)
    }

    /// Whether the first delivery of a message to the subscription, which begins now, is lost on its way.
    pub(crate) fn loses(&self, subscription: &str, now: i64) -> bool {
        self.all.loses(subscription, now)
    }

    /// Keeps the deliveries of a subscription, or the publish calls to a topic, waiting; or lets them go.
    pub(crate) fn hold(&mut self, name: String, held: bool) {
        if held {
            self.held.insert(name);
        } else {
            self.held.remove(&name);
        }
    }

    /// Whether the subscription or topic of that full name is held.
    pub(crate) fn is_held(&self, name: &str) -> bool {
        self.held.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_mixes_messages_but_not_those_of_a_key() {
        let faults = DeliveryFaults {
            shuffle: Some(7),
            ..Default::default()
        };
        let ranks: Vec<u64> = (0..20).map(|id| faults.place(id, id, "").0).collect();
        assert!(!ranks.is_sorted());
        assert_eq!(faults.place(1, 1, "key"), faults.place(2, 2, "key"));
        assert_eq!(DeliveryFaults::default().place(3, 2, ""), (2, 0));
    }
}
