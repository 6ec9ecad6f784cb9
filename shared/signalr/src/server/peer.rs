//! One connection, as the rest of the process sees it.

use super::{
    outbox::{End, Outbox},
    topic::Topic,
};
use crate::{
    ConnectionId, Limits, connection::Disconnect, hub::Identity, protocol::Close, protocol::Protocol,
};
use bytes::Bytes;
use futures::task::AtomicWaker;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::Waker,
    time::{Duration, Instant, SystemTime},
};

/// The mailbox of a connection and what others may know of it. The task that owns the connection empties it.
#[derive(Debug)]
pub(crate) struct Peer {
    /// The order of arrival in this process.
    pub(crate) key: u64,
    pub(crate) id: ConnectionId,
    pub(crate) hub: Arc<str>,
    pub(crate) identity: Identity,
    limits: Arc<Limits>,
    protocol: OnceLock<Protocol>,
    outbox: Mutex<Outbox>,
    waker: AtomicWaker,
    epoch: Instant,
    /// Milliseconds since `epoch` when the owner wants to be woken; `u64::MAX`: never.
    deadline: AtomicU64,
    due: AtomicBool,
    /// Unix milliseconds; `u64::MAX`: never.
    expires: AtomicU64,
}

const NEVER: u64 = u64::MAX;

impl Peer {
    pub(crate) fn new(
        key: u64,
        id: ConnectionId,
        hub: Arc<str>,
        identity: Identity,
        limits: Arc<Limits>,
        epoch: Instant,
    ) -> Self {
        let expires = AtomicU64::new(identity.expires.map_or(NEVER, unix_millis));
        Self {
            key,
            id,
            hub,
            identity,
            limits,
            protocol: OnceLock::new(),
            outbox: Mutex::default(),
            waker: AtomicWaker::new(),
            epoch,
            deadline: AtomicU64::new(NEVER),
            due: AtomicBool::new(false),
            expires,
        }
    }

    /// What others publish to it by.
    pub(crate) fn topics(&self) -> Vec<Topic> {
        let user = self
            .identity
            .user_id
            .as_deref()
            .map(|id| Topic::user(&self.hub, id));
        [
            Topic::Server,
            Topic::All {
                hub: Arc::clone(&self.hub),
            },
        ]
        .into_iter()
        .chain(user)
        .collect()
    }

    pub(crate) fn set_protocol(&self, protocol: Protocol) {
        // The handshake happens once.
        let _ = self.protocol.set(protocol);
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.protocol.get().copied().unwrap_or(Protocol::Json)
    }

    /// Queues whole records; for the owner, who writes next anyway.
    pub(crate) fn push_own(&self, frame: Bytes) {
        self.outbox().push(frame, false, &self.limits);
    }

    /// Queues whole records.
    pub(crate) fn push(&self, frame: Bytes, droppable: bool) {
        if self.outbox().push(frame, droppable, &self.limits) {
            self.waker.wake();
        }
    }

    /// Orders the end.
    pub(crate) fn close(&self, close: Close, reason: Disconnect) {
        if self.outbox().order_end(End { close, reason }) {
            self.waker.wake();
        }
    }

    /// The end, if one is ordered.
    pub(crate) fn ordered_end(&self) -> Option<End> {
        self.outbox().end().cloned()
    }

    pub(crate) fn take_frame(&self) -> Option<Bytes> {
        self.outbox().take()
    }

    pub(crate) fn has_frames(&self) -> bool {
        !self.outbox().is_empty()
    }

    pub(crate) fn is_crowded(&self) -> bool {
        self.outbox().is_crowded(&self.limits)
    }

    /// Registers the owner; true when it is to act at once.
    pub(crate) fn watch(&self, waker: &Waker) -> bool {
        self.waker.register(waker);
        self.due.swap(false, Ordering::AcqRel) || self.outbox().end().is_some()
    }

    pub(crate) fn set_deadline(&self, at: Option<Instant>) {
        let millis = at.map_or(NEVER, |at| millis(at.saturating_duration_since(self.epoch)));
        self.deadline.store(millis, Ordering::Relaxed);
    }

    pub(crate) fn set_expiry(&self, at: Option<SystemTime>) {
        self.expires
            .store(at.map_or(NEVER, unix_millis), Ordering::Relaxed);
    }

    /// Wakes the owner when its deadline has passed, and closes when the identity has expired.
    pub(crate) fn look(&self, now: Instant, wall: SystemTime) {
        if self.deadline.load(Ordering::Relaxed) <= millis(now.saturating_duration_since(self.epoch)) {
            self.deadline.store(NEVER, Ordering::Relaxed);
            self.due.store(true, Ordering::Release);
            self.waker.wake();
        }
        if self.limits.close_on_expiry && self.expires.load(Ordering::Relaxed) <= unix_millis(wall) {
            self.close(Close::quiet(true), Disconnect::Expired);
        }
    }

    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(NEVER)
}

fn unix_millis(time: SystemTime) -> u64 {
    millis(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}
