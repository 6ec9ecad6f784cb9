//! What happens by time alone.

use super::Broker;
use super::subscription::SubscriptionState;
use super::topic::TopicState;
use crate::pubsub::backoff::micros;
use crate::pubsub::store::Store;
use tonic::Status;

impl Broker {
    /// What happens by time alone: waits and leases end, and what is past its retention or its expiry goes.
    pub(crate) fn tick(&mut self, store: &Store<'_>, now: i64) -> Result<(), Status> {
        let due = |next: Option<i64>| next.is_some_and(|at| at <= now);
        let subscriptions = self.subscriptions.iter();
        let names: Vec<String> = subscriptions
            .filter(|(_, subscription)| due(subscription.next_time()))
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            self.tick_subscription(store, &name, now)?;
        }
        for topic in self.topics.values_mut().filter(|topic| due(topic.sweep_at)) {
            store.collect(&topic.config.name)?;
            topic.look(store, now)?;
        }
        let snapshots = self.snapshots.values();
        let gone: Vec<String> = snapshots
            .filter(|(snapshot, _)| micros_of(snapshot.expire_time) <= now)
            .map(|(snapshot, _)| snapshot.name.clone())
            .collect();
        gone.iter().try_for_each(|name| self.delete_snapshot(store, name))
    }

    fn tick_subscription(&mut self, store: &Store<'_>, name: &str, now: i64) -> Result<(), Status> {
        let subscription = self.subscription(name)?;
        if subscription.expires().is_some_and(|at| at <= now) {
            return self.delete_subscription(store, name);
        }
        let horizon = now.saturating_sub(subscription.retention());
        let keep = subscription.keep();
        subscription.queue.expire(store, horizon, keep, now)?;
        for (id, attempt) in subscription.queue.expired(now) {
            self.give_back(store, name, id, attempt, now)?;
        }
        let subscription = self.subscription(name)?;
        if subscription.queue.ripen(store, now)? {
            subscription.arrived.notify_waiters();
        }
        Ok(())
    }

    /// When [`Broker::tick`] next has something to do.
    pub(crate) fn next_time(&self) -> Option<i64> {
        let subscriptions = self
            .subscriptions
            .values()
            .filter_map(SubscriptionState::next_time);
        let topics = self.topics.values().filter_map(|topic| topic.sweep_at);
        let snapshots = self
            .snapshots
            .values()
            .map(|(snapshot, _)| micros_of(snapshot.expire_time));
        subscriptions.chain(topics).chain(snapshots).min()
    }
}

impl SubscriptionState {
    fn next_time(&self) -> Option<i64> {
        let oldest = self.queue.backlog().oldest;
        let retention = oldest.map(|at| at.saturating_add(self.retention()));
        let times = [self.queue.next_time(), retention, self.expires()];
        times.into_iter().flatten().min()
    }

    /// When it expires, if nobody uses it before: after its `expiration_policy`.
    fn expires(&self) -> Option<i64> {
        let ttl = micros(self.config.expiration_policy.as_ref()?.ttl);
        (ttl > 0 && self.streams == 0).then(|| self.active.saturating_add(ttl))
    }
}

impl TopicState {
    /// Finds out when a message is next past the topic's retention.
    pub(super) fn look(&mut self, store: &Store<'_>, now: i64) -> Result<(), Status> {
        let retention = self.retention();
        let oldest = if retention > 0 {
            store.oldest_since(&self.config.name, now.saturating_sub(retention))?
        } else {
            None
        };
        self.sweep_at = oldest.map(|at| at.saturating_add(retention));
        Ok(())
    }
}

/// A time of the protocol in microseconds since 1970.
pub(super) fn micros_of(time: Option<prost_types::Timestamp>) -> i64 {
    time.map_or(0, |time| {
        time.seconds
            .saturating_mul(1_000_000)
            .saturating_add(i64::from(time.nanos / 1000))
    })
}
