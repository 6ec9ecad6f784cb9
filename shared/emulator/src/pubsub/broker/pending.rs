//! What is still to be delivered, for tests that wait until nothing is.

use super::Broker;
use super::dead_letter::is_dead_letter;
use super::subscription::SubscriptionState;
use crate::pubsub::names;
use crate::pubsub::queue::Stored;
use std::sync::Arc;

impl Broker {
    /// What is not delivered yet, a line for each subscription. Dead letters that wait to be pulled are not: they wait for a person.
    pub(crate) fn pending(&self, project: Option<&str>) -> Vec<String> {
        let ours = |name: &str| project.is_none_or(|project| names::project(name) == project);
        let line = |(name, subscription): (&String, &SubscriptionState)| {
            let waits = |m: &&Arc<Stored>| subscription.is_push() || !is_dead_letter(m);
            let count = subscription.queue.messages().filter(waits).count();
            let held = if self.faults.is_held(name) { ", held" } else { "" };
            (count > 0).then(|| {
                format!(
                    "{name}: {count} deliveries, {} under way{held}",
                    subscription.queue.leased()
                )
            })
        };
        self.subscriptions
            .iter()
            .filter(|(name, _)| ours(name))
            .filter_map(line)
            .collect()
    }
}
