//! Hub messages as types.

use serde_json::{Value, value::RawValue};

/// What a client may send after the handshake.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// Type 1: call a method.
    Invocation(Invocation),
    /// Type 2: an item of a stream from the client.
    StreamItem {
        /// The stream's id.
        id: String,
        /// The item.
        item: Value,
    },
    /// Type 3: the end of a stream from the client, or its answer to a call of ours.
    Completion {
        /// The stream's or call's id.
        id: String,
        /// The result or error, when there is one.
        outcome: Option<Result<Value, String>>,
    },
    /// Type 4: call a method that answers with a stream.
    StreamInvocation(Invocation),
    /// Type 5: the client does not want an answer any more.
    CancelInvocation {
        /// The call's id.
        id: String,
    },
    /// Type 6: a sign of life.
    Ping,
    /// Type 7: the client leaves.
    Close {
        /// Why, if the client says so.
        error: Option<String>,
    },
    /// Type 8: all up to this number has arrived (stateful reconnect).
    Ack(u64),
    /// Type 9: the number of the next message (stateful reconnect).
    Sequence(u64),
    /// A type that is not known; to be ignored.
    Unknown(i64),
}

/// A call of a hub method.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// The client's id of the call; without one it wants no answer.
    pub id: Option<String>,
    /// The method's name.
    pub target: String,
    /// The arguments, streams left out.
    pub arguments: Vec<Value>,
    /// Ids of the streams that the client will send as arguments.
    pub stream_ids: Vec<String>,
}

/// The answer to an invocation with an id.
#[derive(Debug)]
pub struct Completion {
    /// The client's id of the call.
    pub id: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a call: never both a result and an error, which is why it is one type.
#[derive(Debug)]
pub enum Outcome {
    /// The result; `null` for a method without one, so that every client's promise resolves to the same.
    Result(Box<RawValue>),
    /// A text for the client.
    Error(String),
}
