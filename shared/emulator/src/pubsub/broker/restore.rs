//! Taking up what was stored.

use super::Broker;
use super::subscription::SubscriptionState;
use super::topic::TopicState;
use crate::pubsub::queue::NewDelivery;
use crate::pubsub::store::Loaded;
use std::collections::HashMap;
use std::sync::Arc;

impl Broker {
    /// Takes up what was stored; what was under way when it was is waiting again.
    ///
    /// New ids start at `now` (microseconds): above all that were ever given, also those of messages that are gone.
    pub(crate) fn new(loaded: Loaded, now: i64) -> Self {
        let mut broker = Self {
            last_message: now,
            last_delivery: now.unsigned_abs(),
            ..Self::default()
        };
        for config in loaded.topics {
            broker.topics.insert(config.name.clone(), TopicState::new(config));
        }
        for config in loaded.subscriptions {
            broker
                .subscriptions
                .insert(config.name.clone(), SubscriptionState::new(config));
        }
        let mut messages = HashMap::new();
        for loaded in loaded.messages {
            let message = Arc::new(loaded.message);
            broker.last_message = broker.last_message.max(message.id);
            if let Some(topic) = broker.topics.get_mut(&loaded.topic).filter(|_| loaded.logged) {
                topic.log(Arc::clone(&message));
            }
            messages.insert(message.id, message);
        }
        for delivery in loaded.deliveries {
            broker.last_delivery = broker.last_delivery.max(delivery.id);
            let subscription = broker.subscriptions.get_mut(&delivery.subscription);
            if let (Some(subscription), Some(message)) = (subscription, messages.get(&delivery.message)) {
                subscription.queue.insert(NewDelivery {
                    id: delivery.id,
                    message: Arc::clone(message),
                    attempts: delivery.attempts,
                    not_before: delivery.not_before,
                    rank: delivery.id,
                });
            }
        }
        broker
    }
}
