//! Addressing clients.

use super::{
    Registry,
    backplane::BackplaneError,
    envelope::{EncodeError, Envelope, Event},
    topic::Topic,
};
use crate::ConnectionId;
use serde::Serialize;
use std::sync::Arc;

/// An event was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Its arguments cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The other instances cannot be reached.
    #[error(transparent)]
    Backplane(#[from] BackplaneError),
}

impl From<SendError> for crate::HubError {
    fn from(error: SendError) -> Self {
        Self::internal(error)
    }
}

/// The clients of one hub. Names that nobody has are no error: nothing is sent.
#[derive(Clone)]
pub struct Clients {
    registry: Arc<Registry>,
    hub: Arc<str>,
}

impl Clients {
    pub(super) fn new(registry: Arc<Registry>, hub: Arc<str>) -> Self {
        Self { registry, hub }
    }

    /// Everyone.
    pub fn all(&self) -> Recipients {
        self.to(Topic::All {
            hub: Arc::clone(&self.hub),
        })
    }

    /// The members of a group.
    pub fn group(&self, name: &str) -> Recipients {
        self.to(Topic::Group {
            hub: Arc::clone(&self.hub),
            name: name.into(),
        })
    }

    /// Those in a channel.
    pub fn channel(&self, name: &str) -> Recipients {
        self.to(Topic::Channel {
            hub: Arc::clone(&self.hub),
            name: name.into(),
        })
    }

    /// All connections of a user.
    pub fn user(&self, id: &str) -> Recipients {
        self.to(Topic::User {
            hub: Arc::clone(&self.hub),
            id: id.into(),
        })
    }

    /// Sends to one connection of this process; false when it is not here.
    pub fn send_to(&self, id: &ConnectionId, event: &Event) -> bool {
        self.registry.deliver_to(&self.hub, id, event)
    }

    fn to(&self, topic: Topic) -> Recipients {
        Recipients {
            registry: Arc::clone(&self.registry),
            topic,
            except: Vec::new(),
            droppable: false,
        }
    }
}

/// Whom an event goes to.
#[derive(Clone)]
pub struct Recipients {
    registry: Arc<Registry>,
    topic: Topic,
    except: Vec<ConnectionId>,
    droppable: bool,
}

impl Recipients {
    /// Not to these connections.
    pub fn except<'a>(mut self, ids: impl IntoIterator<Item = &'a ConnectionId>) -> Self {
        self.except.extend(ids.into_iter().cloned());
        self
    }

    /// A slow reader may miss it.
    pub fn droppable(mut self) -> Self {
        self.droppable = true;
        self
    }

    /// Calls their handlers for `target` with a tuple or array of arguments. Done when it is on its way.
    pub async fn send(&self, target: &str, arguments: impl Serialize) -> Result<(), SendError> {
        self.publish(Event::new(target, arguments)?).await
    }

    /// Sends an event made before.
    pub async fn publish(&self, event: Event) -> Result<(), SendError> {
        let event = event.except(&self.except);
        let event = if self.droppable { event.droppable() } else { event };
        Ok(self
            .registry
            .publish(&self.topic, &Envelope::Event(event))
            .await?)
    }

    /// How many of them are connected to this process.
    pub fn count_here(&self) -> usize {
        self.registry.count(&self.topic)
    }
}
