//! Coming and going.

use super::Registry;
use crate::{
    ConnectionId,
    connection::Disconnect,
    hub::Identity,
    protocol::Close,
    server::{peer::Peer, sweep, topic::Topic},
};
use std::{sync::Arc, time::SystemTime};

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
            let _none = state.directory.join(topic, None, key, &peer, || None);
        }
        if let Some(at) = expires {
            state.used.insert(id.clone(), at);
        }
        state.live.insert(id, Arc::clone(&peer));
        if !std::mem::replace(&mut state.sweeping, true) {
            sweep::start(self, self.limits.sweep);
        }
        self.running.send_modify(|running| *running += 1);
        Ok(Admitted {
            peer,
            registry: Arc::clone(self),
        })
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

    pub(in crate::server) async fn stop(&self) {
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
