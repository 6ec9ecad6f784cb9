//! How an attempt ends: acknowledged, or given back.

use super::Broker;
use crate::pubsub::backoff;
use crate::pubsub::store::Store;
use tonic::Status;

impl Broker {
    /// A delivery is acknowledged; whether that counts. One that is not there any more is no error.
    pub(crate) fn acknowledge(
        &mut self,
        store: &Store<'_>,
        name: &str,
        id: u64,
        attempt: u32,
        now: i64,
    ) -> Result<bool, Status> {
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return Ok(false);
        };
        let keep = subscription.keep();
        let done = subscription.queue.acknowledge(store, id, attempt, keep, now)?;
        if done {
            subscription.arrived.notify_waiters();
        }
        Ok(done)
    }

    /// A delivery failed: it comes again after its backoff, or goes to the dead letter topic. Whether its lease still stood.
    pub(crate) fn give_back(
        &mut self,
        store: &Store<'_>,
        name: &str,
        id: u64,
        attempt: u32,
        now: i64,
    ) -> Result<bool, Status> {
        let leased = self
            .subscriptions
            .get(name)
            .is_some_and(|s| s.queue.is_leased(id, attempt));
        if !leased || self.bury(store, name, id, attempt, now)? {
            return Ok(leased);
        }
        let Some(subscription) = self.subscriptions.get_mut(name) else {
            return Ok(false);
        };
        let wait = backoff::after(
            subscription.config.retry_policy.as_ref(),
            subscription.is_push(),
            id,
            attempt,
        );
        subscription
            .queue
            .give_back(store, id, now.saturating_add(wait), now)?;
        subscription.arrived.notify_waiters();
        Ok(true)
    }
}
