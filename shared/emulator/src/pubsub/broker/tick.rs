//! What happens by time alone.

use super::Broker;
use super::subscription::SubscriptionState;
use crate::pubsub::store::Change;

impl Broker {
    /// What happens by time alone: waits and leases end, and what is past its retention goes.
    pub(crate) fn tick(&mut self, now: i64, changes: &mut Vec<Change>) {
        let names: Vec<String> = self.subscriptions.keys().cloned().collect();
        for name in names {
            let Some(subscription) = self.subscriptions.get_mut(&name) else {
                continue;
            };
            let horizon = now.saturating_sub(subscription.retention());
            while let Some((id, _)) = subscription
                .queue
                .oldest()
                .filter(|(_, published)| *published <= horizon)
            {
                let Some(message) = subscription.queue.remove(id) else {
                    break;
                };
                changes.push(Change::DeliveryGone {
                    id,
                    message: message.id,
                });
            }
            for (id, attempt) in subscription.queue.expired(now) {
                self.give_back(&name, id, attempt, now, changes);
            }
            if let Some(subscription) = self.subscriptions.get_mut(&name)
                && subscription.queue.ripen(now)
            {
                subscription.arrived.notify_waiters();
            }
        }
    }

    /// When [`Broker::tick`] next has something to do.
    pub(crate) fn next_time(&self) -> Option<i64> {
        let of = |subscription: &SubscriptionState| {
            let retention = subscription
                .queue
                .oldest()
                .map(|(_, at)| at.saturating_add(subscription.retention()));
            subscription.queue.next_time().into_iter().chain(retention).min()
        };
        self.subscriptions.values().filter_map(of).min()
    }
}
