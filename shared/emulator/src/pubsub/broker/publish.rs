//! Publishing: a message comes into its topic's log, and a delivery of it into each subscription that takes it.

use super::topic::topic_not_found;
use super::{Broker, is_dead_letter};
use crate::pubsub::message;
use crate::pubsub::store::{MessageRow, Row, RowState, Store};
use crate::pubsub::time::timestamp;
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use tonic::Status;

impl Broker {
    /// Publishes to a topic: a delivery for each of its subscriptions whose filter lets the message pass.
    pub(crate) fn publish(
        &mut self,
        store: &Store<'_>,
        topic: &str,
        messages: Vec<PubsubMessage>,
        now: i64,
    ) -> Result<Vec<String>, Status> {
        message::check(&messages)?;
        if !self.topics.contains_key(topic) {
            return Err(topic_not_found(topic));
        }
        messages
            .into_iter()
            .map(|message| self.publish_one(store, topic, message, now))
            .collect()
    }

    pub(super) fn publish_one(
        &mut self,
        store: &Store<'_>,
        topic: &str,
        message: PubsubMessage,
        now: i64,
    ) -> Result<String, Status> {
        let number = self.ids.next(store)?;
        let id = number.to_string();
        let message = MessageRow {
            id: number,
            published: now,
            message: PubsubMessage {
                message_id: id.clone(),
                publish_time: Some(timestamp(now)),
                ..message
            },
        };
        store.add_message(topic, &message)?;
        self.deliver(store, topic, &message, now)?;
        let Some(topic) = self.topics.get_mut(topic) else {
            return Ok(id);
        };
        if topic.retention() > 0 {
            topic
                .sweep_at
                .get_or_insert(now.saturating_add(topic.retention()));
        }
        let left = topic.log(message.id, message.bytes());
        left.into_iter().try_for_each(|message| store.unlog(message))?;
        Ok(id)
    }

    /// A delivery into each subscription, more where duplicates were asked for.
    fn deliver(
        &mut self,
        store: &Store<'_>,
        topic: &str,
        message: &MessageRow,
        now: i64,
    ) -> Result<(), Status> {
        for (name, subscription) in &mut self.subscriptions {
            if !subscription.accepts(topic, &message.message) {
                continue;
            }
            let faults = self.faults.delivery(name, now);
            for _ in 0..=faults.duplicate {
                let id = self.ids.next(store)?.unsigned_abs();
                let (rank, delay) =
                    faults.place(id, message.id.unsigned_abs(), &message.message.ordering_key);
                let row = Row {
                    not_before: now.saturating_add(delay),
                    rank,
                    ..new_row(id, message, subscription.queue.key(&message.message.ordering_key))
                };
                subscription.queue.insert(store, row, now)?;
            }
            subscription.arrived.notify_waiters();
        }
        Ok(())
    }
}

/// The delivery of a message that waits for nothing but its turn.
pub(super) fn new_row(id: u64, message: &MessageRow, key: Option<String>) -> Row {
    Row {
        id,
        message: message.id,
        published: message.published,
        key,
        bytes: message.bytes(),
        dead: is_dead_letter(&message.message),
        attempts: 0,
        not_before: 0,
        rank: message.id.unsigned_abs(),
        state: RowState::Timed,
    }
}
