//! Leasing: deliveries go out, pulled or pushed.

use super::Broker;
use crate::pubsub::queue::{Lease, Taker};
use crate::pubsub::store::Store;
use gcloud_sdk::google::pubsub::v1::Subscription;
use tonic::Status;

/// How many pushes of one subscription are under way at a time.
const PARALLEL_PUSHES: usize = 32;
/// The owner of leases that are pushes.
const PUSHER: u64 = 0;

/// One push to be sent.
#[derive(Debug)]
pub(crate) struct Push {
    pub(crate) subscription: Subscription,
    pub(crate) lease: Lease,
}

impl Broker {
    /// Leases deliveries of a subscription to a puller.
    pub(crate) fn pull(
        &mut self,
        store: &Store<'_>,
        name: &str,
        taker: &Taker,
        now: i64,
    ) -> Result<Vec<Lease>, Status> {
        let held = self.faults.is_held(name);
        let subscription = self.subscription(name)?;
        if subscription.config.detached {
            return Err(Status::failed_precondition(
                "The subscription is detached from its topic.",
            ));
        }
        if subscription.is_push() {
            return Err(Status::failed_precondition(
                "The subscription pushes: it cannot be pulled.",
            ));
        }
        if held {
            return Ok(Vec::new());
        }
        let mut leases = subscription.queue.take(store, now, taker)?;
        // what is lost on its way stays leased until its deadline
        leases.retain(|lease| lease.attempt > 1 || !self.faults.loses(name, now));
        Ok(leases)
    }

    /// Leases what is to be pushed now.
    pub(crate) fn pushes(&mut self, store: &Store<'_>, now: i64) -> Result<Vec<Push>, Status> {
        let mut pushes = Vec::new();
        for (name, subscription) in &mut self.subscriptions {
            if !subscription.is_push() || self.faults.is_held(name) {
                continue;
            }
            let taker = Taker {
                owner: PUSHER,
                until: None,
                one_per_key: true,
                max_messages: PARALLEL_PUSHES.saturating_sub(subscription.queue.leased()),
                max_bytes: u64::MAX,
            };
            for lease in subscription.queue.take(store, now, &taker)? {
                pushes.push(Push {
                    subscription: subscription.config.clone(),
                    lease,
                });
            }
        }
        Ok(pushes)
    }

    /// Moves the end of a lease; whether it still stood.
    pub(crate) fn extend(
        &mut self,
        store: &Store<'_>,
        name: &str,
        id: u64,
        attempt: u32,
        until: i64,
    ) -> Result<bool, Status> {
        let subscription = self.subscriptions.get_mut(name);
        let Some(subscription) = subscription.filter(|s| s.queue.is_leased(id, attempt)) else {
            return Ok(false);
        };
        subscription.queue.extend(store, id, until)?;
        Ok(true)
    }
}
