//! The JSON protocol: one object a record, property order free, unknown properties skipped, absent ones never
//! written as `null`.

use super::{Close, Completion, Incoming, Invocation, Outcome, RECORD_END};
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

/// A record that is no message of this protocol; the connection ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not JSON, not an object, or nested too deeply.
    #[error("a message is not a JSON object")]
    NotAnObject,
    /// A property is missing or of the wrong type.
    #[error("the property '{0}' is missing or of the wrong type")]
    Property(&'static str),
    /// A completion that succeeds and fails.
    #[error("a completion has both a result and an error")]
    ResultAndError,
}

type Properties = Map<String, Value>;

pub(super) fn decode(record: &[u8]) -> Result<Incoming, Malformed> {
    let mut message: Properties = serde_json::from_slice(record).map_err(|_| Malformed::NotAnObject)?;
    let kind = message
        .get("type")
        .and_then(Value::as_i64)
        .ok_or(Malformed::Property("type"))?;
    Ok(match kind {
        1 => Incoming::Invocation(read_invocation(&mut message)?),
        2 => Incoming::StreamItem {
            id: required_id(&mut message)?,
            item: message.remove("item").ok_or(Malformed::Property("item"))?,
        },
        3 => Incoming::Completion {
            id: required_id(&mut message)?,
            outcome: read_outcome(&mut message)?,
        },
        4 => {
            let invocation = read_invocation(&mut message)?;
            if invocation.id.is_none() {
                return Err(Malformed::Property("invocationId"));
            }
            Incoming::StreamInvocation(invocation)
        }
        5 => Incoming::CancelInvocation {
            id: required_id(&mut message)?,
        },
        6 => Incoming::Ping,
        7 => Incoming::Close {
            error: text(&mut message, "error")?,
        },
        8 => Incoming::Ack(sequence_id(&message)?),
        9 => Incoming::Sequence(sequence_id(&message)?),
        other => Incoming::Unknown(other),
    })
}

fn read_invocation(message: &mut Properties) -> Result<Invocation, Malformed> {
    let Some(Value::Array(arguments)) = message.remove("arguments") else {
        return Err(Malformed::Property("arguments"));
    };
    Ok(Invocation {
        id: text(message, "invocationId")?.filter(|id| !id.is_empty()),
        target: text(message, "target")?.ok_or(Malformed::Property("target"))?,
        arguments,
        stream_ids: read_stream_ids(message)?,
    })
}

fn read_stream_ids(message: &mut Properties) -> Result<Vec<String>, Malformed> {
    let malformed = Malformed::Property("streamIds");
    match message.remove("streamIds") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(ids) => serde_json::from_value(ids).map_err(|_| malformed),
    }
}

fn read_outcome(message: &mut Properties) -> Result<Option<Result<Value, String>>, Malformed> {
    match (message.remove("result"), text(message, "error")?) {
        (Some(_), Some(_)) => Err(Malformed::ResultAndError),
        (Some(result), None) => Ok(Some(Ok(result))),
        (None, Some(error)) => Ok(Some(Err(error))),
        (None, None) => Ok(None),
    }
}

/// An optional text; `null` counts as absent.
fn text(message: &mut Properties, name: &'static str) -> Result<Option<String>, Malformed> {
    match message.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Malformed::Property(name)),
    }
}

fn required_id(message: &mut Properties) -> Result<String, Malformed> {
    let id = text(message, "invocationId")?.filter(|id| !id.is_empty());
    id.ok_or(Malformed::Property("invocationId"))
}

fn sequence_id(message: &Properties) -> Result<u64, Malformed> {
    message
        .get("sequenceId")
        .and_then(Value::as_u64)
        .ok_or(Malformed::Property("sequenceId"))
}

#[derive(Serialize)]
struct InvocationRecord<'a> {
    r#type: u8,
    target: &'a str,
    arguments: &'a RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CompletionRecord<'a> {
    r#type: u8,
    invocation_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CloseRecord<'a> {
    r#type: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_reconnect: bool,
}

pub(super) fn invocation(target: &str, arguments: &RawValue) -> Bytes {
    record(&InvocationRecord {
        r#type: 1,
        target,
        arguments,
    })
}

pub(super) fn completion(completion: &Completion) -> Bytes {
    let (result, error) = match &completion.outcome {
        Outcome::Result(result) => (Some(&**result), None),
        Outcome::Error(error) => (None, Some(error.as_str())),
    };
    record(&CompletionRecord {
        r#type: 3,
        invocation_id: &completion.id,
        result,
        error,
    })
}

pub(super) fn ping() -> Bytes {
    Bytes::from_static(b"{\"type\":6}\x1e")
}

pub(super) fn close(close: &Close) -> Bytes {
    record(&CloseRecord {
        r#type: 7,
        error: close.error.as_deref(),
        allow_reconnect: close.allow_reconnect,
    })
}

fn record(message: &impl Serialize) -> Bytes {
    let mut bytes = Vec::with_capacity(128);
    // Texts and raw JSON cannot fail to serialise, and a `Vec` cannot fail to grow by an error.
    if let Err(error) = serde_json::to_writer(&mut bytes, message) {
        tracing::error!(%error, "a hub message could not be written");
        return Bytes::new();
    }
    bytes.push(RECORD_END);
    bytes.into()
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
