//! The connection a hub method runs for.

use super::{
    Clients, Peer, Recipients, Registry, backplane::BackplaneError, clients::SendError, envelope::Event,
    topic::Topic,
};
use crate::{ConnectionId, connection::Disconnect, hub::HubError, hub::Identity, protocol::Close};
use serde::Serialize;
use std::{sync::Arc, time::SystemTime};

/// The connection that calls. Cheap to clone, and may outlive the connection: then sending goes nowhere.
#[derive(Clone)]
pub struct Caller {
    peer: Arc<Peer>,
    registry: Arc<Registry>,
}

/// A group cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The connection is in as many as it may be.
    #[error("a connection may be in {limit} groups")]
    TooMany {
        /// How many those are.
        limit: usize,
    },
    /// The connection is over.
    #[error("the connection is over")]
    Gone,
    /// Messages to the group would not arrive.
    #[error(transparent)]
    Backplane(#[from] BackplaneError),
}

impl From<JoinError> for HubError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::TooMany { .. } | JoinError::Gone => Self::Public(error.to_string()),
            JoinError::Backplane(error) => Self::internal(error),
        }
    }
}

impl Caller {
    pub(crate) fn new(peer: Arc<Peer>, registry: Arc<Registry>) -> Self {
        Self { peer, registry }
    }

    /// The connection's name.
    pub fn id(&self) -> &ConnectionId {
        &self.peer.id
    }

    /// The hub's name.
    pub fn hub(&self) -> &str {
        &self.peer.hub
    }

    /// Whom it belongs to, as it was when the connection was made.
    pub fn identity(&self) -> &Identity {
        &self.peer.identity
    }

    /// The user's id; an anonymous caller is [`HubError::Unauthorized`].
    pub fn user(&self) -> Result<&str, HubError> {
        self.peer
            .identity
            .user_id
            .as_deref()
            .ok_or(HubError::Unauthorized)
    }

    /// Calls this client's handlers for `target` with a tuple or array of arguments.
    pub fn send(&self, target: &str, arguments: impl Serialize) -> Result<(), SendError> {
        let event = Event::new(target, arguments)?;
        self.peer.push(event.encode(self.peer.protocol()), false);
        Ok(())
    }

    /// Joins a group of this hub. When it is done, whatever is published to the group arrives. Joining twice is
    /// joining once; the end of the connection leaves all.
    pub async fn join(&self, group: &str) -> Result<(), JoinError> {
        self.registry.join(self.group(group), None, &self.peer).await
    }

    /// As [`join`](Self::join), under a tag of the server's own: a [`LeaveOrder`](super::LeaveOrder) that names it ends the membership.
    pub async fn join_under(&self, tag: &str, group: &str) -> Result<(), JoinError> {
        self.registry.join(self.group(group), Some(tag), &self.peer).await
    }

    /// Leaves a group of this hub, joined or not.
    pub fn leave(&self, group: &str) {
        self.registry.leave(&self.group(group), &self.peer);
    }

    /// Puts the connection in a channel of this hub: as [`join`](Self::join), but it is the server's choice and does not count
    /// as one of the groups that a client may join. A [`LeaveOrder`](super::LeaveOrder) that names the tag ends it.
    pub async fn tune_in(&self, tag: &str, channel: &str) -> Result<(), JoinError> {
        self.registry
            .join(self.channel(channel), Some(tag), &self.peer)
            .await
    }

    /// Takes the connection out of a channel of this hub, whether it was in it or not.
    pub fn tune_out(&self, channel: &str) {
        self.registry.leave(&self.channel(channel), &self.peer);
    }

    /// Everyone connected to this hub.
    pub fn clients(&self) -> Clients {
        Clients::new(Arc::clone(&self.registry), Arc::clone(&self.peer.hub))
    }

    /// All of this hub but this connection.
    pub fn others(&self) -> Recipients {
        self.clients().all().except([self.id()])
    }

    /// All of a group but this connection.
    pub fn others_in(&self, group: &str) -> Recipients {
        self.clients().group(group).except([self.id()])
    }

    /// Ends the connection, after what waits for it is written.
    pub fn close(&self, close: Close) {
        self.peer.close(close, Disconnect::Closed);
    }

    /// The client has shown fresh credentials (or ones without an end).
    pub fn set_expiry(&self, at: Option<SystemTime>) {
        self.peer.set_expiry(at);
    }

    fn channel(&self, name: &str) -> Topic {
        Topic::Channel {
            hub: Arc::clone(&self.peer.hub),
            name: name.into(),
        }
    }

    fn group(&self, name: &str) -> Topic {
        Topic::Group {
            hub: Arc::clone(&self.peer.hub),
            name: name.into(),
        }
    }
}
