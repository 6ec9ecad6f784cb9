//! A backplane within one process.

use super::{
    backplane::{Backplane, BackplaneError, Receiver},
    topic::Topic,
};
use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// Connects several servers of one process as if they were instances of one service. For tests, and it counts what
/// it does for them.
#[derive(Clone, Default)]
pub struct MemoryBus(Arc<Mutex<Bus>>);

#[derive(Default)]
struct Bus {
    instances: BTreeMap<usize, Receiver>,
    subscribed: HashMap<Topic, BTreeSet<usize>>,
    published: usize,
}

impl MemoryBus {
    /// The end of the bus for one more server.
    pub fn instance(&self) -> impl Backplane {
        Instance {
            bus: self.clone(),
            number: OnceLock::new(),
        }
    }

    /// How many instances listen to a topic.
    pub fn listeners(&self, topic: &Topic) -> usize {
        self.bus().subscribed.get(topic).map_or(0, BTreeSet::len)
    }

    /// How many messages were published.
    pub fn published(&self) -> usize {
        self.bus().published
    }

    fn bus(&self) -> MutexGuard<'_, Bus> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, topic: &Topic, message: &[u8]) {
        let receivers: Vec<Receiver> = {
            let mut bus = self.bus();
            bus.published += 1;
            let numbers = bus.subscribed.get(topic).cloned().unwrap_or_default();
            numbers
                .iter()
                .filter_map(|number| bus.instances.get(number).cloned())
                .collect()
        };
        for receiver in receivers {
            receiver.deliver(topic, message);
        }
    }
}

struct Instance {
    bus: MemoryBus,
    number: OnceLock<usize>,
}

impl Instance {
    fn number(&self) -> usize {
        self.number.get().copied().unwrap_or_default()
    }
}

impl Backplane for Instance {
    fn attach(&self, receiver: Receiver) {
        let mut bus = self.bus.bus();
        let number = *self.number.get_or_init(|| bus.instances.len());
        bus.instances.insert(number, receiver);
    }

    fn subscribe(&self, topic: &Topic) -> BoxFuture<'static, Result<(), BackplaneError>> {
        self.bus
            .bus()
            .subscribed
            .entry(topic.clone())
            .or_default()
            .insert(self.number());
        std::future::ready(Ok(())).boxed()
    }

    fn unsubscribe(&self, topic: &Topic) {
        let mut bus = self.bus.bus();
        if let Some(numbers) = bus.subscribed.get_mut(topic) {
            numbers.remove(&self.number());
            if numbers.is_empty() {
                bus.subscribed.remove(topic);
            }
        }
    }

    fn publish(&self, topic: &Topic, message: Bytes) -> BoxFuture<'static, Result<(), BackplaneError>> {
        let (bus, topic) = (self.bus.clone(), topic.clone());
        async move {
            bus.publish(&topic, &message);
            Ok(())
        }
        .boxed()
    }
}
