//! Leasing: deliveries go out, pulled or pushed.

use super::Broker;
use crate::pubsub::queue::{Lease, Taker};
use crate::pubsub::store::Change;
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
        name: &str,
        taker: &Taker,
        now: i64,
        changes: &mut Vec<Change>,
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
        let mut leases = if held {
            Vec::new()
        } else {
            subscription.queue.take(now, taker)
        };
        changes.extend(leases.iter().map(|lease| leased_change(lease, now)));
        // what is lost on its way stays leased until its deadline
        leases.retain(|lease| lease.attempt > 1 || !self.faults.loses(name, now));
        Ok(leases)
    }

    /// Leases what is to be pushed now.
    pub(crate) fn pushes(&mut self, now: i64, changes: &mut Vec<Change>) -> Vec<Push> {
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
                max_bytes: usize::MAX,
            };
            for lease in subscription.queue.take(now, &taker) {
                changes.push(leased_change(&lease, now));
                pushes.push(Push {
                    subscription: subscription.config.clone(),
                    lease,
                });
            }
        }
        pushes
    }

    /// Moves the end of a lease.
    pub(crate) fn extend(&mut self, name: &str, id: u64, attempt: u32, until: i64) {
        if let Some(subscription) = self
            .subscriptions
            .get_mut(name)
            .filter(|s| s.queue.is_leased(id, attempt))
        {
            subscription.queue.extend(id, until);
        }
    }
}

/// An attempt counts from when it begins, so that a message which brings the process down is counted too.
fn leased_change(lease: &Lease, now: i64) -> Change {
    Change::Delivered {
        id: lease.id,
        attempts: lease.attempt,
        not_before: now,
    }
}
