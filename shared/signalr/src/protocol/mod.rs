//! The hub protocol: what stands on the wire, without any IO.
//!
//! Source: `HubProtocol.md` of dotnet/aspnetcore, and where that text and the shipped clients disagree, the
//! clients.

mod close;
mod frame;
mod handshake;
mod json;
mod message;

pub use close::Close;
pub use frame::{RECORD_END, Records, TooLong};
pub use handshake::{HandshakeError, accepted, read_handshake, refused};
pub use json::Malformed;
pub use message::{Completion, Incoming, Invocation, Outcome};

use bytes::Bytes;
use serde_json::value::RawValue;

/// How hub messages are encoded. A client chooses in its handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// JSON objects, each ended by the byte `0x1E`.
    Json,
}

impl Protocol {
    /// The protocol that a handshake names; `None` for one that is not spoken here.
    pub fn from_name(name: &str) -> Option<Self> {
        (name == "json").then_some(Self::Json)
    }

    /// Reads one record, its terminator already taken away.
    pub fn decode(self, record: &[u8]) -> Result<Incoming, Malformed> {
        match self {
            Self::Json => json::decode(record),
        }
    }

    /// An invocation of the client's handlers for `target`; `arguments` is a JSON array.
    pub fn encode_invocation(self, target: &str, arguments: &RawValue) -> Bytes {
        match self {
            Self::Json => json::invocation(target, arguments),
        }
    }

    /// The answer to an invocation.
    pub fn encode_completion(self, completion: &Completion) -> Bytes {
        match self {
            Self::Json => json::completion(completion),
        }
    }

    /// A sign of life.
    pub fn encode_ping(self) -> Bytes {
        match self {
            Self::Json => json::ping(),
        }
    }

    /// The last message of a connection.
    pub fn encode_close(self, close: &Close) -> Bytes {
        match self {
            Self::Json => json::close(close),
        }
    }
}
