//! The state machine.

use super::{
    Action, Disconnect, Ending,
    throttle::Throttle,
    timers::{Due, Stage, Timers},
};
use crate::{
    Limits,
    protocol::{
        Close, Completion, HandshakeError, Incoming, Invocation, Outcome, Protocol, Records, accepted,
        read_handshake, refused,
    },
};
use bytes::Bytes;
use std::{sync::Arc, time::Instant};

/// What clients are told of an error that is not theirs to know.
const GENERIC_ERROR: &str = "Connection closed with an error.";

/// One client's connection.
///
/// The owner feeds it with [`receive`](Self::receive) and does what [`poll`](Self::poll) says until that is
/// `None`; it comes back when more bytes arrive, when a call is done, or at the [`deadline`](Self::deadline).
#[derive(Debug)]
pub struct Connection {
    phase: Phase,
    records: Records,
    timers: Timers,
    throttle: Throttle,
    /// Set when no more bytes will come.
    input_ended: bool,
    /// A call that must wait for its turn.
    waiting: Option<Invocation>,
    limits: Arc<Limits>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Handshaking,
    /// The handshake is answered, the start not yet announced.
    Accepted(Protocol),
    Idle(Protocol),
    Busy(Protocol),
    Ended,
}

impl Connection {
    /// A transport that was opened at `now`.
    pub fn new(limits: Arc<Limits>, now: Instant) -> Self {
        Self {
            phase: Phase::Handshaking,
            records: Records::new(limits.message_bytes),
            timers: Timers::new(now),
            throttle: Throttle::new(limits.invocations_per_second, now),
            input_ended: false,
            waiting: None,
            limits,
        }
    }

    /// Bytes from the client, cut anyhow.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) {
        self.timers.received(now);
        self.records.push(bytes);
    }

    /// The client closed its side in good order; what it sent before is still handled.
    pub fn end_of_input(&mut self) {
        self.input_ended = true;
    }

    /// Whether more bytes should be read. Not while enough wait behind a call.
    pub fn wants_input(&self) -> bool {
        !self.input_ended && self.phase != Phase::Ended && self.records.buffered() < self.limits.message_bytes
    }

    /// The hub's work that an [`Action`] asked for is done.
    pub fn ready(&mut self, now: Instant) {
        if let Phase::Busy(protocol) = self.phase {
            self.phase = Phase::Idle(protocol);
            self.timers.received(now);
        }
    }

    /// A write to the transport began.
    pub fn write_started(&mut self, now: Instant) {
        self.timers.write_started(now);
    }

    /// The transport took all of it.
    pub fn write_finished(&mut self) {
        self.timers.write_finished();
    }

    /// When to poll again though nothing happened.
    pub fn deadline(&self) -> Option<Instant> {
        if self.phase == Phase::Ended {
            return None;
        }
        let turn = self.waiting.as_ref().map(|_| self.throttle.turn());
        self.timers
            .deadline(self.stage(), &self.limits)
            .into_iter()
            .chain(turn)
            .min()
    }

    /// What to do next; `None` when there is nothing before more input or the deadline.
    pub fn poll(&mut self, now: Instant) -> Option<Action> {
        if let Some(action) = self.poll_timers(now) {
            return Some(action);
        }
        match self.phase {
            Phase::Handshaking => self.poll_handshake(),
            Phase::Accepted(protocol) => {
                self.phase = Phase::Busy(protocol);
                Some(Action::Start(protocol))
            }
            Phase::Idle(protocol) => self.poll_message(protocol, now),
            Phase::Busy(_) | Phase::Ended => None,
        }
    }

    /// As [`poll`](Self::poll), but what the client sent waits: for times when too much is on its way to it.
    pub fn poll_timers(&mut self, now: Instant) -> Option<Action> {
        if self.phase == Phase::Ended {
            return None;
        }
        let due = self.timers.due(now, self.stage(), &self.limits)?;
        Some(self.on_due(&due, now))
    }

    /// Ends the connection from this side. Before the handshake there is no message a client would understand.
    pub fn close(&mut self, close: &Close, reason: Disconnect) -> Ending {
        let message = self.protocol().map(|protocol| protocol.encode_close(close));
        self.end(message, reason)
    }

    /// The transport broke, or carried what it may not. If it can still be written to, the client may come back.
    pub fn lost(&mut self, why: impl Into<String>) -> Ending {
        self.close(&Close::error(GENERIC_ERROR), Disconnect::Lost(why.into()))
    }

    fn end(&mut self, message: Option<Bytes>, reason: Disconnect) -> Ending {
        self.phase = Phase::Ended;
        Ending { message, reason }
    }

    fn protocol(&self) -> Option<Protocol> {
        match self.phase {
            Phase::Accepted(protocol) | Phase::Idle(protocol) | Phase::Busy(protocol) => Some(protocol),
            Phase::Handshaking | Phase::Ended => None,
        }
    }

    fn stage(&self) -> Stage {
        match self.phase {
            Phase::Handshaking => Stage::Handshaking,
            Phase::Idle(_) if self.waiting.is_none() => Stage::Idle,
            _ => Stage::Busy,
        }
    }

    fn on_due(&mut self, due: &Due, now: Instant) -> Action {
        match due {
            Due::KeepAlive => {
                self.timers.ping_queued(now);
                Action::Send(self.protocol().unwrap_or(Protocol::Json).encode_ping())
            }
            Due::Handshake => self.refuse_handshake(&HandshakeError::Canceled),
            Due::Client => Action::End(self.close(&Close::error(GENERIC_ERROR), Disconnect::Silent)),
            Due::Write => Action::End(self.end(None, Disconnect::TooSlow)),
        }
    }

    fn refuse_handshake(&mut self, error: &HandshakeError) -> Action {
        Action::End(self.end(Some(refused(error)), Disconnect::Handshake(error.to_string())))
    }

    fn poll_handshake(&mut self) -> Option<Action> {
        let read = match self.records.next_record() {
            Ok(Some(record)) => read_handshake(&record),
            Ok(None) if self.input_ended => return Some(self.on_end_of_input()),
            Ok(None) => return None,
            Err(_) => Err(HandshakeError::TooLong),
        };
        Some(match read {
            Ok(protocol) => {
                self.phase = Phase::Accepted(protocol);
                Action::Send(accepted())
            }
            Err(error) => self.refuse_handshake(&error),
        })
    }

    fn poll_message(&mut self, protocol: Protocol, now: Instant) -> Option<Action> {
        if let Some(invocation) = self.waiting.take() {
            return self.in_turn(invocation, protocol, now);
        }
        loop {
            let record = match self.records.next_record() {
                Ok(Some(record)) => record,
                Ok(None) if self.input_ended => return Some(self.on_end_of_input()),
                Ok(None) => return None,
                Err(error) => return Some(self.protocol_error(&error)),
            };
            match protocol.decode(&record) {
                Ok(message) => {
                    if let Some(action) = self.on_message(message, protocol, now) {
                        return Some(action);
                    }
                    if self.waiting.is_some() {
                        return None;
                    }
                }
                Err(error) => return Some(self.protocol_error(&error)),
            }
        }
    }

    fn on_message(&mut self, message: Incoming, protocol: Protocol, now: Instant) -> Option<Action> {
        match message {
            Incoming::Invocation(invocation) => self.in_turn(invocation, protocol, now),
            Incoming::StreamInvocation(invocation) => {
                let text = format!(
                    "The client attempted to invoke the non-streaming '{}' method with a streaming invocation.",
                    invocation.target
                );
                let completion = Completion {
                    id: invocation.id?,
                    outcome: Outcome::Error(text),
                };
                Some(Action::Send(protocol.encode_completion(&completion)))
            }
            Incoming::Ping => {
                self.timers.pinged();
                None
            }
            Incoming::Close { .. } => Some(Action::End(self.close(&Close::quiet(false), Disconnect::Left))),
            Incoming::StreamItem { .. }
            | Incoming::Completion { .. }
            | Incoming::CancelInvocation { .. }
            | Incoming::Ack(_)
            | Incoming::Sequence(_)
            | Incoming::Unknown(_) => None,
        }
    }

    /// Runs a call now, or keeps it until its turn. What a client that left had sent is not held back.
    fn in_turn(&mut self, invocation: Invocation, protocol: Protocol, now: Instant) -> Option<Action> {
        if !self.input_ended && !self.throttle.allows(now) {
            self.waiting = Some(invocation);
            return None;
        }
        self.throttle.take(now);
        self.phase = Phase::Busy(protocol);
        Some(Action::Invoke(invocation))
    }

    fn on_end_of_input(&mut self) -> Action {
        Action::End(if self.records.buffered() > 0 {
            self.lost("the input ended inside a message")
        } else {
            self.end(None, Disconnect::Left)
        })
    }

    fn protocol_error(&mut self, error: &dyn std::error::Error) -> Action {
        let reason = Disconnect::Protocol(error.to_string());
        Action::End(self.close(&Close::error(GENERIC_ERROR), reason))
    }
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
