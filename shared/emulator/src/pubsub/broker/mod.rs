//! Topics, subscriptions and what is under way between them, without IO: every step answers the changes that must be stored before the step
//! is acknowledged.

mod admin;
mod dead_letter;
mod ending;
mod lease;
mod pending;
mod publish;
mod restore;
mod subscription;
#[cfg(test)]
mod tests;
mod tick;
mod topic;

pub(crate) use dead_letter::is_dead_letter;
pub(crate) use lease::Push;
pub(crate) use subscription::delivery_attempt;
pub(crate) use topic::topic_not_found;

use super::faults::Faults;
use std::collections::BTreeMap;
use subscription::SubscriptionState;
use tonic::Status;
use topic::TopicState;

/// The whole of Pub/Sub, in memory.
#[derive(Debug, Default)]
pub(crate) struct Broker {
    pub(crate) topics: BTreeMap<String, TopicState>,
    pub(crate) subscriptions: BTreeMap<String, SubscriptionState>,
    pub(crate) faults: Faults,
    last_message: i64,
    last_delivery: u64,
}

impl Broker {
    /// The subscription of that name.
    pub(crate) fn subscription(&mut self, name: &str) -> Result<&mut SubscriptionState, Status> {
        self.subscriptions.get_mut(name).ok_or_else(|| {
            Status::not_found(format!(
                "Resource not found (resource={}).",
                name.rsplit('/').next().unwrap_or(name)
            ))
        })
    }
}
