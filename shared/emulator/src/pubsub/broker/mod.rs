//! Topics, subscriptions and what is under way between them. Every step reads and writes through one transaction of the store, which is
//! committed before the step is acknowledged; what is out, and when to look again, is in memory.

mod admin;
mod dead_letter;
mod ending;
mod ids;
mod lease;
#[cfg(test)]
mod model;
mod pending;
mod publish;
mod restore;
mod seek;
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
use super::names;
use gcloud_sdk::google::pubsub::v1::Snapshot;
use ids::Ids;
use std::collections::BTreeMap;
use subscription::SubscriptionState;
use tonic::Status;
use topic::TopicState;

/// The whole of Pub/Sub, but for its messages.
#[derive(Debug, Default)]
pub(crate) struct Broker {
    pub(crate) topics: BTreeMap<String, TopicState>,
    pub(crate) subscriptions: BTreeMap<String, SubscriptionState>,
    /// Each with its number in the store.
    pub(crate) snapshots: BTreeMap<String, (Snapshot, i64)>,
    pub(crate) faults: Faults,
    ids: Ids,
}

impl Broker {
    /// The subscription of that name.
    pub(crate) fn subscription(&mut self, name: &str) -> Result<&mut SubscriptionState, Status> {
        self.subscriptions
            .get_mut(name)
            .ok_or_else(|| missing(name, names::check_subscription))
    }
}

/// Google's answer for a resource that is not there, or whose name cannot be one by `check`.
pub(crate) fn missing(name: &str, check: impl Fn(&str) -> Result<(), Status>) -> Status {
    check(name).err().unwrap_or_else(|| not_found(name))
}

/// Google's answer for a resource that is not there.
pub(crate) fn not_found(name: &str) -> Status {
    let id = name.rsplit('/').next().unwrap_or(name);
    Status::not_found(format!("Resource not found (resource={id})."))
}
