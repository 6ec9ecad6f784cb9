//! The times of a connection. Nothing here waits: the owner asks for the deadline and comes back then.

use crate::Limits;
use std::time::Instant;

/// When what happened last.
#[derive(Debug)]
pub(super) struct Timers {
    opened: Instant,
    last_sent: Instant,
    last_received: Instant,
    /// When the write that is still going on began.
    writing_since: Option<Instant>,
    /// The client timeout begins to count with the client's first ping.
    pings: bool,
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Handshake,
    Client,
    KeepAlive,
    Write,
}

/// What the timers need to know of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Handshaking,
    /// A call runs or waits: the client's silence does not count.
    Busy,
    Idle,
}

impl Timers {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            opened: now,
            last_sent: now,
            last_received: now,
            writing_since: None,
            pings: false,
        }
    }

    pub(super) fn received(&mut self, now: Instant) {
        self.last_received = now;
    }

    pub(super) fn pinged(&mut self) {
        self.pings = true;
    }

    pub(super) fn write_started(&mut self, now: Instant) {
        self.last_sent = now;
        self.writing_since = Some(now);
    }

    pub(super) fn write_finished(&mut self) {
        self.writing_since = None;
    }

    /// A ping is on its way, though not written yet.
    pub(super) fn ping_queued(&mut self, now: Instant) {
        self.last_sent = now;
    }

    /// All that counts at this stage.
    fn running(&self, stage: Stage, limits: &Limits) -> impl Iterator<Item = (Instant, Due)> {
        let handshaking = stage == Stage::Handshaking;
        let silence_counts = stage == Stage::Idle && self.pings;
        [
            handshaking.then(|| (self.opened + limits.handshake_timeout, Due::Handshake)),
            silence_counts.then(|| (self.last_received + limits.client_timeout, Due::Client)),
            self.writing_since
                .map(|since| (since + limits.send_timeout, Due::Write)),
            // A ping behind a write that is stuck would only wait with it.
            (!handshaking && self.writing_since.is_none())
                .then(|| (self.last_sent + limits.keep_alive, Due::KeepAlive)),
        ]
        .into_iter()
        .flatten()
    }

    /// The first thing due at `now`.
    pub(super) fn due(&self, now: Instant, stage: Stage, limits: &Limits) -> Option<Due> {
        self.running(stage, limits)
            .find(|(at, _)| *at <= now)
            .map(|(_, due)| due)
    }

    /// When something will be due, if nothing happens before.
    pub(super) fn deadline(&self, stage: Stage, limits: &Limits) -> Option<Instant> {
        self.running(stage, limits).map(|(at, _)| at).min()
    }
}
