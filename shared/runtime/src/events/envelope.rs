//! What Pub/Sub pushes, and the event in it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cloud::hash;
use cloud::trace::TraceContext;
use contracts::event::Envelope;
use contracts::{DomainEvent, Event, EventId, Timestamp};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The wrapped body of a push: <https://cloud.google.com/pubsub/docs/push#receive_push>
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Push {
    message: Message,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(default)]
    data: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

/// Why a push cannot be read.
pub(crate) type Unreadable = Box<dyn std::error::Error + Send + Sync>;

/// The filter that picks messages of the type `E` from its topic.
pub(crate) fn filter<E: DomainEvent>() -> String {
    match E::ENVELOPE {
        Envelope::CloudEvents => format!("attributes.\"ce-type\" = \"{}\"", E::TYPE),
        Envelope::CloudStorage => format!("attributes.eventType = \"{}\"", E::TYPE),
    }
}

/// The filter that picks messages of the type `E` about `subject`.
pub(crate) fn filter_about<E: DomainEvent>(subject: &str) -> String {
    format!("{} AND attributes.\"ce-subject\" = \"{subject}\"", filter::<E>())
}

impl Push {
    /// The trace that the publisher was in.
    pub(crate) fn trace(&self) -> TraceContext {
        let sent = self
            .message
            .attributes
            .get("ce-traceparent")
            .and_then(|text| text.parse().ok());
        sent.map_or_else(TraceContext::random, TraceContext::child)
    }

    /// The event, whose unknown fields are ignored.
    pub(crate) fn event<E: DomainEvent>(&self) -> Result<Event<E>, Unreadable> {
        let data: E = serde_json::from_slice(&BASE64_STANDARD.decode(&self.message.data)?)?;
        let (id, time) = match E::ENVELOPE {
            Envelope::CloudEvents => (
                self.attribute("ce-id")?.parse()?,
                self.attribute("ce-time")?.parse()?,
            ),
            Envelope::CloudStorage => self.object()?,
        };
        Ok(Event { id, time, data })
    }

    /// Cloud Storage gives its messages no id of their own: bucket, object and generation are one.
    fn object(&self) -> Result<(EventId, Timestamp), Unreadable> {
        let parts =
            ["eventType", "bucketId", "objectId", "objectGeneration"].map(|name| self.attribute(name));
        let [kind, bucket, object, generation] = parts;
        let id = hash::id_bytes(&[
            kind?.as_bytes(),
            bucket?.as_bytes(),
            object?.as_bytes(),
            generation?.as_bytes(),
        ]);
        Ok((EventId::from_bytes(id), self.attribute("eventTime")?.parse()?))
    }

    fn attribute(&self, name: &str) -> Result<&str, Unreadable> {
        let value = self.message.attributes.get(name);
        value
            .map(String::as_str)
            .ok_or_else(|| format!("the attribute {name} is missing").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::events::identity::UserRegistered;
    use contracts::events::uploads::ObjectFinalized;
    use proptest::prelude::*;

    fn push(attributes: &serde_json::Value, data: &str) -> Push {
        let data = BASE64_STANDARD.encode(data);
        let body = serde_json::json!({ "message": { "data": data, "attributes": attributes, "messageId": "1" }, "subscription": "s" });
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn a_cloud_event_is_read_and_what_is_unknown_in_it_ignored() {
        let id = EventId::random();
        let attributes =
            serde_json::json!({ "ce-id": id, "ce-time": "2026-11-20T09:04:00.123Z", "ce-new": "x" });
        let data = r#"{"userId":"7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a","username":"ann","displayName":"Ann","later":1}"#;
        let event = push(&attributes, data).event::<UserRegistered>().unwrap();
        assert_eq!((event.id, event.data.username.as_str()), (id, "ann"));
        assert!(
            push(&serde_json::json!({}), data)
                .event::<UserRegistered>()
                .is_err()
        );
        assert!(push(&attributes, "{}").event::<UserRegistered>().is_err());
    }

    #[test]
    fn an_object_has_the_same_event_id_however_often_it_is_told() {
        let attributes = serde_json::json!({
            "eventType": "OBJECT_FINALIZE", "bucketId": "b", "objectId": "o", "objectGeneration": "7",
            "eventTime": "2026-11-20T09:04:00.123456Z",
        });
        let push = push(&attributes, r#"{"bucket":"b","name":"o","generation":"7"}"#);
        assert_eq!(
            push.event::<ObjectFinalized>().unwrap().id,
            push.event::<ObjectFinalized>().unwrap().id
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            if let Ok(push) = serde_json::from_slice::<Push>(&bytes) {
                let _ = push.event::<UserRegistered>();
            }
        }
    }
}
