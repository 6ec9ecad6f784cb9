//! Who is connected to this process, and the way to them.

mod admission;
mod delivery;
#[cfg(test)]
mod tests;

pub(crate) use admission::{Admission, Admitted};

use super::{
    Clock,
    backplane::{Backplane, BackplaneError},
    caller::JoinError,
    directory::Directory,
    peer::Peer,
    topic::Topic,
};
use crate::{ConnectionId, Limits};
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

/// Done when messages to a topic arrive here; nothing where no subscription is needed.
type Ready = Option<Shared<BoxFuture<'static, Result<(), BackplaneError>>>>;

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

    /// Makes a connection reachable by what everyone, all of the hub and its user are sent.
    pub(crate) async fn enter(&self, peer: &Arc<Peer>) -> Result<(), JoinError> {
        for topic in peer.topics() {
            self.join(topic, None, peer).await?;
        }
        Ok(())
    }

    /// Adds to a topic, under a tag or none; done when what is published from now on arrives.
    pub(super) async fn join(
        &self,
        topic: Topic,
        tag: Option<&str>,
        peer: &Arc<Peer>,
    ) -> Result<(), JoinError> {
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
                .join(topic.clone(), tag, peer.key, peer, || self.subscribe(&topic))
        };
        if let Some(ready) = ready
            && let Err(error) = ready.await
        {
            self.leave(&topic, peer);
            return Err(error.into());
        }
        Ok(())
    }

    fn subscribe(&self, topic: &Topic) -> Ready {
        let backplane = self.backplane.as_ref().filter(|_| topic.is_shared())?;
        Some(backplane.subscribe(topic).shared())
    }

    pub(super) fn leave(&self, topic: &Topic, peer: &Peer) {
        let mut state = self.write();
        if state.directory.leave(topic, peer.key) {
            self.unsubscribe(topic);
        }
    }

    /// Takes a connection out of what it joined under one of `tags`; whether there was such.
    pub(super) fn leave_tagged(&self, tags: &[String], peer: &Peer) -> bool {
        let mut state = self.write();
        let Some(emptied) = state.directory.leave_tagged(peer.key, tags) else {
            return false;
        };
        for topic in emptied {
            self.unsubscribe(&topic);
        }
        true
    }

    fn unsubscribe(&self, topic: &Topic) {
        if let Some(backplane) = self.backplane.as_ref().filter(|_| topic.is_shared()) {
            backplane.unsubscribe(topic);
        }
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
}
