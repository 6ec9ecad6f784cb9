//! How instances reach each other's connections.

use super::{Registry, envelope::Envelope, topic::Topic};
use bytes::Bytes;
use futures::future::BoxFuture;
use std::sync::{Arc, Weak};

/// The backplane cannot do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("backplane: {0}")]
pub struct BackplaneError(pub String);

/// A publish/subscribe system that all instances share. Messages are an [`Envelope`] as JSON.
///
/// An instance subscribes to a topic when its first member comes and unsubscribes when the last one goes. What is
/// published to a topic reaches every instance that is subscribed to it, the publisher's own included, and those of
/// one publisher in their order. After an outage the backplane subscribes again by itself.
pub trait Backplane: Send + Sync + 'static {
    /// Called once, before everything else: where to bring what arrives.
    fn attach(&self, receiver: Receiver);

    /// Begins to listen. The call itself happens in the order of joins and leaves and must not block; the future
    /// is done when messages published from now on arrive. An error undoes the join that needed it.
    fn subscribe(&self, topic: &Topic) -> BoxFuture<'static, Result<(), BackplaneError>>;

    /// Stops to listen. Called in the order of joins and leaves; must not block.
    fn unsubscribe(&self, topic: &Topic);

    /// Sends to all instances.
    fn publish(&self, topic: &Topic, message: Bytes) -> BoxFuture<'static, Result<(), BackplaneError>>;
}

/// Takes what the backplane brings to this instance.
#[derive(Clone)]
pub struct Receiver {
    registry: Weak<Registry>,
}

impl Receiver {
    pub(super) fn new(registry: &Arc<Registry>) -> Self {
        Self {
            registry: Arc::downgrade(registry),
        }
    }

    /// A message, as it was published. What cannot be read is logged and dropped: it came from another version.
    pub fn deliver(&self, topic: &Topic, message: &[u8]) {
        match serde_json::from_slice::<Envelope>(message) {
            Ok(envelope) => self.deliver_envelope(topic, &envelope),
            Err(error) => tracing::warn!(%topic, %error, "a backplane message cannot be read"),
        }
    }

    /// A message that came in another form and was made an envelope here.
    pub fn deliver_envelope(&self, topic: &Topic, envelope: &Envelope) {
        if let Some(registry) = self.registry.upgrade() {
            registry.deliver(topic, envelope);
        }
    }
}
