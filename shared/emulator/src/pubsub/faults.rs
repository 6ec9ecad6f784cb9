//! What tests ask Pub/Sub to do wrong. Kept in memory only: a restart ends all faults.

use super::backoff::hash;
use super::names;
use std::collections::{HashMap, HashSet};

/// How deliveries are made worse than they need to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DeliveryFaults {
    /// How often each message is delivered beyond the first time, each until it is acknowledged.
    pub(crate) duplicate: u32,
    /// Draws the order of what waits from this seed; an ordering key stays in order.
    pub(crate) shuffle: Option<u64>,
    /// How long each message waits before it is delivered; with `shuffle`, a time drawn up to it.
    pub(crate) delay_millis: u32,
}

/// How long a shuffled message waits at most when no delay is set: enough for those behind it to overtake.
const SHUFFLE_DELAY_MILLIS: u32 = 20;

impl DeliveryFaults {
    /// The rank and the delay in microseconds of the delivery `id` with this ordering key. Deliveries of a key share their draw.
    pub(crate) fn place(&self, id: u64, key: &str) -> (u64, i64) {
        let Some(seed) = self.shuffle else {
            return (id, i64::from(self.delay_millis) * 1000);
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
        let delay = hash((drawn, "delay")) % (u64::from(most) * 1000 + 1);
        (drawn, i64::try_from(delay).unwrap_or(0))
    }
}

/// All faults that are set.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    by_project: HashMap<String, DeliveryFaults>,
    by_subscription: HashMap<String, DeliveryFaults>,
    held: HashSet<String>,
    unavailable: HashMap<String, u32>,
}

impl Faults {
    /// Sets the faults of a subscription, or of all in a project that have none of their own.
    pub(crate) fn set(&mut self, project: &str, subscription: Option<String>, faults: DeliveryFaults) {
        match subscription {
            Some(name) => self.by_subscription.insert(name, faults),
            None => self.by_project.insert(project.to_owned(), faults),
        };
    }

    /// The faults of a subscription.
    pub(crate) fn of(&self, subscription: &str) -> DeliveryFaults {
        let own = self.by_subscription.get(subscription);
        own.or_else(|| self.by_project.get(names::project(subscription)))
            .copied()
            .unwrap_or_default()
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

    /// The next `times` publish calls to `topic` are refused.
    pub(crate) fn refuse(&mut self, topic: String, times: u32) {
        self.unavailable.insert(topic, times);
    }

    /// Whether this publish call to `topic` is one of those to be refused.
    pub(crate) fn refuses(&mut self, topic: &str) -> bool {
        let Some(left) = self.unavailable.get_mut(topic).filter(|left| **left > 0) else {
            return false;
        };
        *left -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_s_own_faults_come_before_its_project_s() {
        let mut faults = Faults::default();
        let twice = DeliveryFaults {
            duplicate: 1,
            ..Default::default()
        };
        faults.set("p", None, twice);
        faults.set(
            "p",
            Some("projects/p/subscriptions/calm".into()),
            DeliveryFaults::default(),
        );
        assert_eq!(faults.of("projects/p/subscriptions/any"), twice);
        assert_eq!(
            faults.of("projects/p/subscriptions/calm"),
            DeliveryFaults::default()
        );
        assert_eq!(
            faults.of("projects/q/subscriptions/any"),
            DeliveryFaults::default()
        );
    }

    #[test]
    fn a_topic_refuses_as_often_as_it_was_told() {
        let mut faults = Faults::default();
        faults.refuse("t".into(), 2);
        assert_eq!(
            [
                faults.refuses("t"),
                faults.refuses("t"),
                faults.refuses("t"),
                faults.refuses("u")
            ],
            [true, true, false, false]
        );
    }

    #[test]
    fn a_shuffle_mixes_messages_but_not_those_of_a_key() {
        let faults = DeliveryFaults {
            shuffle: Some(7),
            ..Default::default()
        };
        let ranks: Vec<u64> = (0..20).map(|id| faults.place(id, "").0).collect();
        assert!(!ranks.is_sorted());
        assert_eq!(faults.place(1, "key"), faults.place(2, "key"));
        assert_eq!(DeliveryFaults::default().place(3, ""), (3, 0));
    }
}
