//! Redis between the functions, which publish, and the connections of this instance.
//!
//! An instance listens to the channels of those who are connected to it, over one connection. When Redis goes away, connections stay; when it
//! is back, all is subscribed again. What was published in between is in the stores.

mod frame;
mod subscriber;
mod wanted;

use bytes::Bytes;
use cloud::Cache;
use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use signalr::{Backplane, BackplaneError, Receiver, Topic};
use std::sync::OnceLock;
use std::time::Duration;
use subscriber::{Order, Orders};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long a join waits for Redis before the client is told to try again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Redis as the backplane. It connects when the first client does.
pub(crate) struct RedisBackplane {
    cache: Cache,
    receiver: OnceLock<Receiver>,
    orders: OnceLock<Orders>,
}

impl RedisBackplane {
    pub(crate) const fn new(cache: Cache) -> Self {
        Self {
            cache,
            receiver: OnceLock::new(),
            orders: OnceLock::new(),
        }
    }

    fn order(&self, order: Order) {
        let Some(receiver) = self.receiver.get() else {
            return;
        };
        let orders = self
            .orders
            .get_or_init(|| subscriber::start(self.cache.client(), receiver.clone()));
        // The subscriber ends after its last user, which is this.
        let _ = orders.send(order);
    }
}

impl Backplane for RedisBackplane {
    fn attach(&self, receiver: Receiver) {
        // It is attached once, before everything else.
        let _ = self.receiver.set(receiver);
    }

    fn subscribe(&self, topic: &Topic) -> BoxFuture<'static, Result<(), BackplaneError>> {
        let Some(channel) = frame::channel_of(topic) else {
            return ready(Ok(())).boxed();
        };
        let (tell, told) = oneshot::channel();
        self.order(Order::Subscribe(self.cache.key(&channel), tell));
        async {
            match timeout(PATIENCE, told).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) | Err(_) => Err(BackplaneError("Redis is away".to_owned())),
            }
        }
        .boxed()
    }

    fn unsubscribe(&self, topic: &Topic) {
        if let Some(channel) = frame::channel_of(topic) {
            self.order(Order::Unsubscribe(self.cache.key(&channel)));
        }
    }

    /// Functions publish, by `cloud::Backplane` and in the one form there is; hubs only listen.
    fn publish(&self, topic: &Topic, _: Bytes) -> BoxFuture<'static, Result<(), BackplaneError>> {
        let error = format!("{topic}: functions publish, hubs only listen");
        ready(Err(BackplaneError(error))).boxed()
    }
}
