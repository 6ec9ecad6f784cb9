//! Taking up what was stored.

use super::Broker;
use super::ids::Ids;
use super::subscription::SubscriptionState;
use super::topic::TopicState;
use crate::pubsub::queue::Queue;
use crate::pubsub::store::Store;
use tonic::Status;

impl Broker {
    /// Takes up what was stored; what was under way when it was is waiting again.
    pub(crate) fn open(store: &Store<'_>, now: i64) -> Result<Self, Status> {
        let mut broker = Self {
            ids: Ids::open(store, now)?,
            ..Self::default()
        };
        for loaded in store.topics()? {
            let mut topic = TopicState::new(loaded.config);
            for (message, bytes) in loaded.log {
                topic.log(message, bytes);
            }
            topic.look(store, now)?;
            broker.topics.insert(topic.config.name.clone(), topic);
        }
        for loaded in store.subscriptions()? {
            let config = loaded.config;
            let lasting = config.enable_exactly_once_delivery;
            let queue = Queue::open(store, loaded.number, config.enable_message_ordering, lasting)?;
            broker.subscriptions.insert(
                config.name.clone(),
                SubscriptionState::new(config, queue, loaded.active),
            );
        }
        for (snapshot, number) in store.snapshots()? {
            broker.snapshots.insert(snapshot.name.clone(), (snapshot, number));
        }
        Ok(broker)
    }

    /// Takes up what is stored once more, after a step that could not be written: what was out is waiting again, and faults stay.
    pub(crate) fn reopen(&mut self, store: &Store<'_>, now: i64) -> Result<(), Status> {
        let mut fresh = Self::open(store, now.max(self.ids.last()))?;
        fresh.faults = std::mem::take(&mut self.faults);
        for (name, old) in &self.subscriptions {
            if let Some(new) = fresh.subscriptions.get_mut(name) {
                new.arrived = old.arrived.clone();
                new.streams = old.streams;
            }
            old.arrived.notify_waiters();
        }
        *self = fresh;
        Ok(())
    }
}
