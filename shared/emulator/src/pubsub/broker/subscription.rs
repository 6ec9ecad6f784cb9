//! A subscription: what it takes of its topic, and what it owes.

use crate::pubsub::backoff;
use crate::pubsub::filter::Filter;
use crate::pubsub::queue::{Keep, Lease, Queue};
use gcloud_sdk::google::pubsub::v1::{PubsubMessage, Subscription};
use std::sync::Arc;
use tokio::sync::Notify;

/// A subscription and what it owes.
#[derive(Debug)]
pub(crate) struct SubscriptionState {
    pub(crate) config: Subscription,
    pub(super) filter: Option<Filter>,
    pub(crate) queue: Queue,
    /// Told when a puller may find something new.
    pub(crate) arrived: Arc<Notify>,
    /// When it was last in use, and the time of that which is stored: microseconds since 1970.
    pub(super) active: i64,
    pub(super) active_stored: i64,
    /// How many streams pull from it.
    pub(crate) streams: usize,
}

impl SubscriptionState {
    pub(crate) fn new(config: Subscription, queue: Queue, active: i64) -> Self {
        // the filter was checked when it came in
        let filter = Filter::parse(&config.filter).unwrap_or_default();
        Self {
            queue,
            filter,
            config,
            arrived: Arc::default(),
            active,
            active_stored: active,
            streams: 0,
        }
    }

    /// Whether messages are pushed (else they are pulled).
    pub(crate) fn is_push(&self) -> bool {
        self.config
            .push_config
            .as_ref()
            .is_some_and(|push| !push.push_endpoint.is_empty())
    }

    /// The number that goes out beside a message: only where a dead letter policy counts deliveries.
    pub(crate) fn delivery_attempt(&self, lease: &Lease) -> i32 {
        delivery_attempt(&self.config, lease)
    }

    pub(super) fn accepts(&self, topic: &str, message: &PubsubMessage) -> bool {
        self.config.topic == topic
            && !self.config.detached
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&message.attributes))
    }

    pub(super) fn retention(&self) -> i64 {
        backoff::micros(self.config.message_retention_duration)
    }

    /// What becomes of what is acknowledged.
    pub(super) fn keep(&self) -> Keep {
        if self.config.retain_acked_messages {
            Keep::Acknowledged
        } else {
            Keep::Nothing
        }
    }
}

/// See [`SubscriptionState::delivery_attempt`].
pub(crate) fn delivery_attempt(subscription: &Subscription, lease: &Lease) -> i32 {
    subscription
        .dead_letter_policy
        .as_ref()
        .map_or(0, |_| i32::try_from(lease.attempt).unwrap_or(i32::MAX))
}
