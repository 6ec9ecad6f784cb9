//! The first record of a connection, and its answer.
//!
//! Both are JSON whatever the protocol. The answer never has a `type`: clients would take it for a hub message.

use super::{Protocol, RECORD_END};
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// The newest version of the hub protocol; a client may ask for this or an older one.
const NEWEST_VERSION: i64 = 2;

/// Why a handshake is refused; the text is for the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// No JSON object with a text `protocol` and a number `version`.
    #[error("The handshake is not a JSON object with 'protocol' and 'version'.")]
    Malformed,
    /// A protocol that is not spoken here.
    #[error("The protocol '{0}' is not supported.")]
    UnknownProtocol(String),
    /// A version newer than known.
    #[error("The server does not support version {0} of the protocol.")]
    UnknownVersion(i64),
    /// The first record is longer than a record may be.
    #[error("The handshake is too long.")]
    TooLong,
    /// Nothing whole came in time.
    #[error("Handshake was canceled.")]
    Canceled,
}

/// Reads the client's choice. Properties that are not known are skipped.
pub fn read_handshake(record: &[u8]) -> Result<Protocol, HandshakeError> {
    let request: Map<String, Value> =
        serde_json::from_slice(record).map_err(|_| HandshakeError::Malformed)?;
    let name = request
        .get("protocol")
        .and_then(Value::as_str)
        .ok_or(HandshakeError::Malformed)?;
    let version = request
        .get("version")
        .and_then(Value::as_i64)
        .ok_or(HandshakeError::Malformed)?;
    let protocol =
        Protocol::from_name(name).ok_or_else(|| HandshakeError::UnknownProtocol(name.to_owned()))?;
    if version > NEWEST_VERSION {
        return Err(HandshakeError::UnknownVersion(version));
    }
    Ok(protocol)
}

/// The answer to a handshake that is fine.
pub fn accepted() -> Bytes {
    Bytes::from_static(b"{}\x1e")
}

/// The answer to one that is not; the connection ends with it.
pub fn refused(error: &HandshakeError) -> Bytes {
    let mut answer = json!({ "error": error.to_string() }).to_string().into_bytes();
    answer.push(RECORD_END);
    answer.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_is_read_whatever_its_order_and_extras() {
        for text in [
            r#"{"protocol":"json","version":1}"#,
            r#"{"version":2,"extra":{"a":[1]},"protocol":"json"}"#,
            r#" {"protocol":"json","version":0} "#,
        ] {
            assert_eq!(read_handshake(text.as_bytes()), Ok(Protocol::Json), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        use HandshakeError::{Malformed, UnknownProtocol, UnknownVersion};
        let cases = [
            (r#"{"protocol":"xml","version":1}"#, UnknownProtocol("xml".into())),
            (
                r#"{"protocol":"messagepack","version":1}"#,
                UnknownProtocol("messagepack".into()),
            ),
            (r#"{"protocol":"json","version":3}"#, UnknownVersion(3)),
            (r#"{"protocol":"json"}"#, Malformed),
            (r#"{"version":1}"#, Malformed),
            (r#"{"protocol":1,"version":1}"#, Malformed),
            (r#"{"protocol":"json","version":"1"}"#, Malformed),
            (r#"{"type":6}"#, Malformed),
            ("[]", Malformed),
            ("", Malformed),
            ("\u{0}", Malformed),
        ];
        for (text, error) in cases {
            assert_eq!(read_handshake(text.as_bytes()), Err(error), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_one_record_without_a_type() {
        let bytes = refused(&HandshakeError::UnknownProtocol("a\"b".into()));
        let (end, json) = bytes.split_last().unwrap();
        assert_eq!(*end, RECORD_END);
        let answer: Value = serde_json::from_slice(json).unwrap();
        assert_eq!(
            answer,
            json!({ "error": "The protocol 'a\"b' is not supported." })
        );
    }
}
