//! Who is connected to this process, and the way to them.

use super::{
    Clock,
    backplane::{Backplane, BackplaneError},
    caller::JoinError,
    directory::Directory,
    envelope::{CloseOrder, Envelope, Event},
    peer::Peer,
    topic::Topic,
};
use crate::{
    ConnectionId, Limits,
    connection::Disconnect,
    hub::Identity,
    protocol::{Close, Protocol},
};
use bytes::Bytes;
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Instant, SystemTime},
};
use tokio::sync::watch;

/// Done when messages to a topic arrive here.
type Ready = Shared<BoxFuture<'static, Result<(), BackplaneError>>>;

pub(crate) struct Registry {
    limits: Arc<Limits>,
    pub(super) clock: Clock,
    epoch: Instant,
    backplane: Option<Arc<dyn Backplane>>,
    state: RwLock<State>,
    /// Connections whose task still runs.
    running: watch::Sender<usize>,
}

struct State {
    live: HashMap<ConnectionId, Arc<Peer>>,
    /// Names that opened a connection, until their tokens expire by themselves.
    used: HashMap<ConnectionId, SystemTime>,
    per_user: HashMap<Topic, usize>,
    directory: Directory<Peer, Ready>,
    arrivals: u64,
    sweeping: bool,
    stopping: bool,
}

/// Why a connection is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// The name is connected.
    Live,
    /// The name was connected, or came too late.
    Over,
    /// The user has as many as one may have.
    TooMany,
    /// The server stops.
    Stopping,
}

/// A connection that was taken. Dropped, it is out of everything.
pub(crate) struct Admitted {
    pub(crate) peer: Arc<Peer>,
    registry: Arc<Registry>,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.registry.remove(&self.peer);
        self.registry.running.send_modify(|running| *running -= 1);
    }
}

impl Registry {
    pub(super) fn new(limits: Arc<Limits>, clock: Clock, backplane: Option<Arc<dyn Backplane>>) -> Arc<Self> {
        let state = State {
            live: HashMap::new(),
            used: HashMap::new(),
            per_user: HashMap::new(),
            directory: Directory::new(),
            arrivals: 0,
            sweeping: false,
            stopping: false,
        };
        Arc::new(Self {
            limits,
            clock,
            epoch: Instant::now(),
            backplane,
            state: RwLock::new(state),
            running: watch::Sender::new(0),
        })
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection. `expires` is the end of the token that it came with, if it came with one.
    pub(crate) fn admit(
        self: &Arc<Self>,
        id: ConnectionId,
        hub: &Arc<str>,
        identity: Identity,
        expires: Option<SystemTime>,
    ) -> Result<Admitted, Admission> {
        let mut state = self.write();
        if state.stopping {
            return Err(Admission::Stopping);
        }
        if state.live.contains_key(&id) {
            return Err(Admission::Live);
        }
        if state.used.contains_key(&id) || expires.is_some_and(|at| at <= (self.clock)()) {
            return Err(Admission::Over);
        }
        if let Some(user) = &identity.user_id {
            let count = state.per_user.entry(Topic::user(hub, user)).or_default();
            if *count >= self.limits.connections_per_user {
                return Err(Admission::TooMany);
            }
            *count += 1;
        }
        state.arrivals += 1;
        let (key, limits) = (state.arrivals, Arc::clone(&self.limits));
        let peer = Arc::new(Peer::new(
            key,
            id.clone(),
            Arc::clone(hub),
            identity,
            limits,
            self.epoch,
        ));
        if let Some(session) = &peer.identity.session_id {
            let topic = Topic::Session {
                id: session.as_str().into(),
            };
            // Never subscribed to, so there is nothing to wait for.
            let _ready = state.directory.join(topic, key, &peer, || self.subscribe(None));
        }
        if let Some(at) = expires {
            state.used.insert(id.clone(), at);
        }
        state.live.insert(id, Arc::clone(&peer));
        if !std::mem::replace(&mut state.sweeping, true) {
            super::sweep::start(self, self.limits.sweep);
        }
        self.running.send_modify(|running| *running += 1);
        Ok(Admitted {
            peer,
            registry: Arc::clone(self),
        })
    }

    /// Makes a connection reachable by what everyone, all of the hub and its user are sent.
    pub(crate) async fn enter(&self, peer: &Arc<Peer>) -> Result<(), JoinError> {
        for topic in peer.topics() {
            self.join(topic, peer).await?;
        }
        Ok(())
    }

    /// Adds to a topic; done when what is published from now on arrives.
    pub(super) async fn join(&self, topic: Topic, peer: &Arc<Peer>) -> Result<(), JoinError> {
        let ready = {
            let mut state = self.write();
            if !state.live.contains_key(&peer.id) {
                return Err(JoinError::Gone);
            }
            let limit = self.limits.groups_per_connection;
            let is_new_group = topic.is_group() && !state.directory.is_member(&topic, peer.key);
            if is_new_group && state.directory.groups_of(peer.key) >= limit {
                return Err(JoinError::TooMany { limit });
            }
            state
                .directory
                .join(topic.clone(), peer.key, peer, || self.subscribe(Some(&topic)))
        };
        let result = ready.await;
        if result.is_err() {
            self.leave(&topic, peer);
        }
        Ok(result?)
    }

    fn subscribe(&self, topic: Option<&Topic>) -> Ready {
        match (&self.backplane, topic) {
            (Some(backplane), Some(topic)) if topic.is_shared() => backplane.subscribe(topic).shared(),
            _ => std::future::ready(Ok(())).boxed().shared(),
        }
    }

    pub(super) fn leave(&self, topic: &Topic, peer: &Peer) {
        let mut state = self.write();
        if state.directory.leave(topic, peer.key) {
            self.unsubscribe(topic);
        }
    }

    fn unsubscribe(&self, topic: &Topic) {
        if let Some(backplane) = self.backplane.as_ref().filter(|_| topic.is_shared()) {
            backplane.unsubscribe(topic);
        }
    }

    /// Takes a connection out of everything. Doing it again does nothing.
    pub(crate) fn remove(&self, peer: &Peer) {
        let mut state = self.write();
        if state.live.remove(&peer.id).is_none() {
            return;
        }
        if let Some(user) = &peer.identity.user_id {
            let topic = Topic::user(&peer.hub, user);
            if let Some(count) = state.per_user.get_mut(&topic) {
                *count -= 1;
                if *count == 0 {
                    state.per_user.remove(&topic);
                }
            }
        }
        for topic in state.directory.leave_all(peer.key) {
            self.unsubscribe(&topic);
        }
    }

    /// Sends to a topic, on all instances when there is a backplane.
    pub(super) async fn publish(&self, topic: &Topic, envelope: &Envelope) -> Result<(), BackplaneError> {
        let Some(backplane) = self.backplane.as_ref().filter(|_| topic.is_shared()) else {
            self.deliver(topic, envelope);
            return Ok(());
        };
        let message = serde_json::to_vec(envelope).map_err(|error| BackplaneError(error.to_string()))?;
        backplane.publish(topic, message.into()).await
    }

    /// Gives a message to this process's members of a topic.
    pub(super) fn deliver(&self, topic: &Topic, envelope: &Envelope) {
        match envelope {
            Envelope::Event(event) => {
                let mut frames = Frames {
                    event,
                    encoded: Vec::new(),
                };
                for peer in self.read().directory.members(topic) {
                    frames.send(peer);
                }
            }
            Envelope::Close(order) => self.obey(order),
        }
    }

    /// Gives an event to one connection of this process; false when it is not here.
    pub(super) fn deliver_to(&self, hub: &str, id: &ConnectionId, event: &Event) -> bool {
        let peer = self.read().live.get(id).filter(|peer| *peer.hub == *hub).cloned();
        if let Some(peer) = &peer {
            Frames {
                event,
                encoded: Vec::new(),
            }
            .send(peer);
        }
        peer.is_some()
    }

    fn obey(&self, order: &CloseOrder) {
        let close = Close::quiet(order.allow_reconnect);
        if let Some(session) = &order.session {
            self.close_all_in(
                &Topic::Session {
                    id: session.as_str().into(),
                },
                &close,
            );
        }
        if let Some(user) = &order.user {
            for peer in self.read().live.values() {
                if peer.identity.user_id.as_ref() == Some(user) {
                    peer.close(close.clone(), Disconnect::Closed);
                }
            }
        }
    }

    /// Ends all members of a topic here; says how many.
    pub(super) fn close_all_in(&self, topic: &Topic, close: &Close) -> usize {
        let state = self.read();
        state
            .directory
            .members(topic)
            .inspect(|peer| peer.close(close.clone(), Disconnect::Closed))
            .count()
    }

    pub(crate) fn is_live(&self, id: &ConnectionId) -> bool {
        self.read().live.contains_key(id)
    }

    pub(super) fn connections(&self) -> usize {
        self.read().live.len()
    }

    pub(super) fn count(&self, topic: &Topic) -> usize {
        self.read().directory.count(topic)
    }

    /// Looks over all connections for those that are due.
    pub(super) fn sweep(&self, now: Instant) {
        let wall = (self.clock)();
        for peer in self.read().live.values() {
            peer.look(now, wall);
        }
        if self.read().used.values().any(|at| *at <= wall) {
            self.write().used.retain(|_, at| *at > wall);
        }
    }

    pub(super) async fn stop(&self) {
        {
            let mut state = self.write();
            state.stopping = true;
            for peer in state.live.values() {
                peer.close(Close::quiet(true), Disconnect::Stopping);
            }
        }
        // The sender is ours, so the channel is open.
        let _ = self.running.subscribe().wait_for(|running| *running == 0).await;
    }
}

/// An event, encoded once for each protocol among its receivers, who share the bytes.
struct Frames<'a> {
    event: &'a Event,
    encoded: Vec<(Protocol, Bytes)>,
}

impl Frames<'_> {
    fn send(&mut self, peer: &Peer) {
        if self.event.is_for(&peer.id) {
            peer.push(self.frame(peer.protocol()), self.event.is_droppable());
        }
    }

    fn frame(&mut self, protocol: Protocol) -> Bytes {
        if let Some((_, frame)) = self.encoded.iter().find(|(known, _)| *known == protocol) {
            return frame.clone();
        }
        let frame = self.event.encode(protocol);
        self.encoded.push((protocol, frame.clone()));
        frame
    }
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
