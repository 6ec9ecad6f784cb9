//! How an attempt ends: acknowledged, or given back.

use super::Broker;
use crate::pubsub::backoff;
use crate::pubsub::store::Change;

impl Broker {
    /// A delivery is acknowledged; one that is not there any more is no error.
    pub(crate) fn acknowledge(&mut self, name: &str, id: u64, attempt: u32, changes: &mut Vec<Change>) {
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return;
        };
        if let Some(message) = subscription.queue.acknowledge(id, attempt) {
            changes.push(Change::DeliveryGone {
                id,
                message: message.id,
            });
            subscription.arrived.notify_waiters();
        }
    }

    /// A delivery failed: it comes again after its backoff, or goes to the dead letter topic.
    pub(crate) fn give_back(
        &mut self,
        name: &str,
        id: u64,
        attempt: u32,
        now: i64,
        changes: &mut Vec<Change>,
    ) {
        let leased = self
            .subscriptions
            .get(name)
            .is_some_and(|s| s.queue.is_leased(id, attempt));
        if !leased || self.bury(name, id, attempt, now, changes) {
            return;
        }
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return;
        };
        let wait = backoff::after(
            subscription.config.retry_policy.as_ref(),
            subscription.is_push(),
            id,
            attempt,
        );
        for back in subscription.queue.give_back(id, now.saturating_add(wait)) {
            changes.push(Change::Delivered {
                id: back.id,
                attempts: back.attempts,
                not_before: back.not_before,
            });
        }
        subscription.arrived.notify_waiters();
    }
}
