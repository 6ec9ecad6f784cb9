//! What is still to be delivered, for tests that wait until nothing is.

use super::Broker;
use super::subscription::SubscriptionState;
use crate::pubsub::names;

impl Broker {
    /// What is not delivered yet, a line for each subscription. Dead letters that wait to be pulled are not: they wait for a person.
    pub(crate) fn pending(&self, project: Option<&str>) -> Vec<String> {
        let ours = |name: &str| project.is_none_or(|project| names::project(name) == project);
        let line = |(name, subscription): (&String, &SubscriptionState)| {
            let backlog = subscription.queue.backlog();
            let letters = if subscription.is_push() { 0 } else { backlog.dead };
            let count = backlog.open.saturating_sub(letters);
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
