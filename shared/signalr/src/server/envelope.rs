//! What is published to a topic.

use crate::{ConnectionId, protocol::Protocol};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::value::{RawValue, to_raw_value};

/// A message to a [`Topic`](super::Topic), on its way between instances as JSON:
///
/// ```json
/// {"event":{"target":"CommentAdded","arguments":[{"id":"1"}],"except":["id"],"droppable":true}}
/// {"close":{"session":"1","allowReconnect":false}}
/// {"leave":{"tags":["user:1"]}}
/// ```
///
/// `except`, `exceptUsers`, `droppable` and `last` may be left out, so a publisher needs nothing of this library.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Envelope {
    /// Call the clients' handlers.
    Event(Event),
    /// End connections.
    Close(CloseOrder),
    /// Take connections out of groups and channels.
    Leave(LeaveOrder),
}

/// The arguments of an event cannot be written as a JSON array.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an event's arguments are no JSON array: {0}")]
pub struct EncodeError(String);

/// A call of the clients' handlers. No answer is expected.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    target: String,
    #[serde(deserialize_with = "array")]
    arguments: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    except: Vec<ConnectionId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    except_users: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    droppable: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    last: bool,
}

/// Refuses arguments that are no array: clients would not understand the call.
fn array<'de, D: Deserializer<'de>>(input: D) -> Result<Box<RawValue>, D::Error> {
    let arguments = Box::<RawValue>::deserialize(input)?;
    if arguments.get().starts_with('[') {
        Ok(arguments)
    } else {
        Err(D::Error::custom("no array"))
    }
}

impl Event {
    /// A call of the handlers for `target`. `arguments` is a tuple, array or slice: `(comment,)`, or `()`.
    pub fn new(target: impl Into<String>, arguments: impl Serialize) -> Result<Self, EncodeError> {
        let mut arguments = to_raw_value(&arguments).map_err(|error| EncodeError(error.to_string()))?;
        if arguments.get() == "null" {
            arguments = to_raw_value(&[(); 0]).map_err(|error| EncodeError(error.to_string()))?;
        }
        if !arguments.get().starts_with('[') {
            return Err(EncodeError(format!(
                "they begin with {:?}",
                arguments.get().chars().next()
            )));
        }
        Ok(Self {
            target: target.into(),
            arguments,
            except: Vec::new(),
            except_users: Vec::new(),
            droppable: false,
            last: false,
        })
    }

    /// Not to these connections.
    pub fn except<'a>(mut self, ids: impl IntoIterator<Item = &'a ConnectionId>) -> Self {
        self.except.extend(ids.into_iter().cloned());
        self
    }

    /// Not to the connections of these users.
    pub fn except_users(mut self, ids: impl IntoIterator<Item = String>) -> Self {
        self.except_users.extend(ids);
        self
    }

    /// A slow reader may miss it: it is dropped first when the queue is full.
    pub fn droppable(mut self) -> Self {
        self.droppable = true;
        self
    }

    /// The group ends with it: whoever gets it is in the group no longer, and hears of nothing more unless they join again.
    pub fn last(mut self) -> Self {
        self.last = true;
        self
    }

    pub(crate) fn is_last(&self) -> bool {
        self.last
    }

    pub(crate) fn is_droppable(&self) -> bool {
        self.droppable
    }

    pub(crate) fn is_for(&self, id: &ConnectionId, user: Option<&str>) -> bool {
        let excepted = |user: &str| self.except_users.iter().any(|excepted| excepted == user);
        !self.except.contains(id) && !user.is_some_and(excepted)
    }

    /// The frame that all receivers of one protocol share.
    pub(crate) fn encode(&self, protocol: Protocol) -> Bytes {
        protocol.encode_invocation(&self.target, &self.arguments)
    }
}

/// Which connections to end. Both given: those of the session and those of the user.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloseOrder {
    /// All of this session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// All of this user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whether they may come back by themselves.
    #[serde(default)]
    pub allow_reconnect: bool,
}

/// What those whom it reaches are to be taken out of.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LeaveOrder {
    /// Every group and channel that they joined under one of these tags.
    pub tags: Vec<String>,
    /// What those are told who were in one; nothing: they are not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell: Option<Event>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_is_read_as_others_write_it() {
        let read = |value: serde_json::Value| serde_json::from_str::<Envelope>(&value.to_string());
        let Ok(Envelope::Event(event)) = read(json!({ "event": { "target": "A", "arguments": [1] } })) else {
            panic!("no event");
        };
        assert!(!event.is_droppable());
        assert_eq!(
            event.encode(Protocol::Json),
            "{\"type\":1,\"target\":\"A\",\"arguments\":[1]}\u{1e}"
        );
        let order = read(json!({ "close": { "session": "1", "allowReconnect": false } }));
        assert!(matches!(
            order,
            Ok(Envelope::Close(CloseOrder {
                session: Some(_),
                user: None,
                ..
            }))
        ));
        let order = read(json!({ "leave": { "tags": ["a"] } }));
        assert!(matches!(order, Ok(Envelope::Leave(LeaveOrder { tags, tell: None })) if tags == ["a"]));
        assert!(read(json!({ "what": {} })).is_err());
        assert!(read(json!({ "event": { "target": "A", "arguments": {} } })).is_err());
    }

    #[test]
    fn arguments_are_an_array() {
        assert!(Event::new("A", ("x", 1)).is_ok());
        assert!(Event::new("A", [1, 2]).is_ok());
        assert_eq!(Event::new("A", ()).unwrap().arguments.get(), "[]");
        assert!(Event::new("A", json!({ "a": 1 })).is_err());
        assert!(Event::new("A", "x").is_err());
    }

    #[test]
    fn what_is_default_is_not_written() {
        let event = Event::new("A", (1,)).unwrap();
        let text = serde_json::to_string(&Envelope::Event(event.clone())).unwrap();
        assert_eq!(text, r#"{"event":{"target":"A","arguments":[1]}}"#);
        let full = Envelope::Event(event.droppable().except(&["me".into()]));
        let back: serde_json::Value = serde_json::to_value(&full).unwrap();
        assert_eq!(back["event"]["except"], json!(["me"]));
        assert_eq!(back["event"]["droppable"], json!(true));
    }
}
