//! Publishing: a message comes into its topic's log, and a delivery of it into each subscription that takes it.

use super::Broker;
use super::topic::topic_not_found;
use crate::pubsub::message;
use crate::pubsub::queue::{NewDelivery, Stored};
use crate::pubsub::store::Change;
use crate::pubsub::time::timestamp;
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use std::sync::Arc;
use tonic::Status;

impl Broker {
    /// Publishes to a topic: a delivery for each of its subscriptions whose filter lets the message pass.
    pub(crate) fn publish(
        &mut self,
        topic: &str,
        messages: Vec<PubsubMessage>,
        now: i64,
        changes: &mut Vec<Change>,
    ) -> Result<Vec<String>, Status> {
        message::check(&messages)?;
        if !self.topics.contains_key(topic) {
            return Err(topic_not_found(topic));
        }
        Ok(messages
            .into_iter()
            .map(|message| self.publish_one(topic, message, now, changes))
            .collect())
    }

    pub(super) fn publish_one(
        &mut self,
        topic: &str,
        message: PubsubMessage,
        now: i64,
        changes: &mut Vec<Change>,
    ) -> String {
        self.last_message += 1;
        let id = self.last_message.to_string();
        let message = PubsubMessage {
            message_id: id.clone(),
            publish_time: Some(timestamp(now)),
            ..message
        };
        let stored = Arc::new(Stored {
            id: self.last_message,
            published: now,
            message,
        });
        changes.push(Change::Message {
            topic: topic.to_owned(),
            message: Arc::clone(&stored),
        });
        for (name, subscription) in &mut self.subscriptions {
            if !subscription.accepts(topic, &stored.message) {
                continue;
            }
            let faults = self.faults.delivery(name, now);
            for _ in 0..=faults.duplicate {
                self.last_delivery += 1;
                let (rank, delay) = faults.place(self.last_delivery, &stored.message.ordering_key);
                let new = NewDelivery {
                    id: self.last_delivery,
                    message: Arc::clone(&stored),
                    attempts: 0,
                    not_before: now + delay,
                    rank,
                };
                changes.push(delivery_change(name, &new));
                subscription.queue.insert(new);
            }
            subscription.arrived.notify_waiters();
        }
        let left = self
            .topics
            .get_mut(topic)
            .map(|topic| topic.log(stored))
            .unwrap_or_default();
        changes.extend(left.iter().map(|message| Change::Unlogged(message.id)));
        id
    }
}

fn delivery_change(subscription: &str, new: &NewDelivery) -> Change {
    Change::Delivery {
        id: new.id,
        subscription: subscription.to_owned(),
        message: new.message.id,
        attempts: new.attempts,
        not_before: new.not_before,
    }
}
