//! One connection as a state machine: bytes and the time in, actions out. No IO.
//!
//! Messages are handled one after another: while a call runs, later ones wait in the buffer.

mod machine;
mod throttle;
mod timers;

pub use machine::Connection;

use crate::protocol::{Invocation, Protocol};
use bytes::Bytes;

/// What the owner of the connection must do next.
#[derive(Debug, PartialEq)]
pub enum Action {
    /// Write these whole records.
    Send(Bytes),
    /// The handshake is done: the connection may be seen by others. Then call [`Connection::ready`].
    Start(Protocol),
    /// Run a method. Then call [`Connection::ready`].
    Invoke(Invocation),
    /// Nothing follows: write `message`, if any, and close the transport.
    End(Ending),
}

/// The end of a connection.
#[derive(Debug, PartialEq)]
pub struct Ending {
    /// The last records for the client.
    pub message: Option<Bytes>,
    /// Why.
    pub reason: Disconnect,
}

/// Why a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Disconnect {
    /// The client said so, or closed the transport in good order.
    #[error("the client left")]
    Left,
    /// The transport broke, or ended inside a message.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// No whole or no good handshake.
    #[error("the handshake failed: {0}")]
    Handshake(String),
    /// The client sent something that is no message.
    #[error("protocol error: {0}")]
    Protocol(String),
    /// The client pinged once and then fell silent.
    #[error("the client fell silent")]
    Silent,
    /// The client does not read what it is sent.
    #[error("the client reads too slowly")]
    TooSlow,
    /// The hub did not want the connection.
    #[error("the hub refused the connection")]
    Refused,
    /// The identity's time is over.
    #[error("the identity expired")]
    Expired,
    /// The server closed it: a session's end, a hub's wish.
    #[error("closed by the server")]
    Closed,
    /// The server stops.
    #[error("the server stops")]
    Stopping,
}
