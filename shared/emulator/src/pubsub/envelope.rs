//! A push on the wire: <https://cloud.google.com/pubsub/docs/push#receive_push> and, unwrapped,
//! <https://cloud.google.com/pubsub/docs/payload-unwrapping>.

use super::broker::{Push, delivery_attempt};
use super::store::MessageRow;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gcloud_sdk::google::pubsub::v1::push_config::{NoWrapper, Wrapper};
use serde_json::{Map, Value, json};

/// The body of a push and the headers that go with it.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// How `push` looks on the wire.
pub(crate) fn envelope(push: &Push) -> Envelope {
    match push
        .subscription
        .push_config
        .as_ref()
        .and_then(|config| config.wrapper)
    {
        Some(Wrapper::NoWrapper(options)) => unwrapped(push, options),
        Some(Wrapper::PubsubWrapper(_)) | None => wrapped(push),
    }
}

fn wrapped(push: &Push) -> Envelope {
    let mut body = json!({"message": message(&push.lease.message), "subscription": push.subscription.name});
    let attempt = delivery_attempt(&push.subscription, &push.lease);
    if attempt > 0 {
        body["deliveryAttempt"] = attempt.into();
    }
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Envelope {
        headers,
        body: body.to_string().into_bytes(),
    }
}

fn unwrapped(push: &Push, options: NoWrapper) -> Envelope {
    let message = &push.lease.message.message;
    let mut headers = Vec::new();
    if options.write_metadata {
        let mut put = |name: &str, value: String| headers.push((format!("x-goog-pubsub-{name}"), value));
        put("subscription-name", push.subscription.name.clone());
        put("message-id", message.message_id.clone());
        put("publish-time", publish_time(&push.lease.message));
        if !message.ordering_key.is_empty() {
            put("ordering-key", message.ordering_key.clone());
        }
        headers.extend(
            message
                .attributes
                .iter()
                .map(|(key, value)| (key.clone(), value.clone())),
        );
    }
    Envelope {
        headers,
        body: message.data.clone(),
    }
}

/// A message as a push carries it: ids and times in both spellings, data and attributes only when there are any.
pub(crate) fn message(stored: &MessageRow) -> Value {
    let (message, time) = (&stored.message, publish_time(stored));
    let mut fields = Map::new();
    if !message.data.is_empty() {
        fields.insert("data".into(), BASE64_STANDARD.encode(&message.data).into());
    }
    if !message.attributes.is_empty() {
        fields.insert("attributes".into(), json!(message.attributes));
    }
    if !message.ordering_key.is_empty() {
        fields.insert("orderingKey".into(), message.ordering_key.clone().into());
    }
    for (name, value) in [
        ("messageId", &message.message_id),
        ("message_id", &message.message_id),
    ] {
        fields.insert(name.into(), value.clone().into());
    }
    for name in ["publishTime", "publish_time"] {
        fields.insert(name.into(), time.clone().into());
    }
    Value::Object(fields)
}

fn publish_time(stored: &MessageRow) -> String {
    stored
        .message
        .publish_time
        .map(|time| time.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pubsub::queue::Lease;
    use gcloud_sdk::google::pubsub::v1::{DeadLetterPolicy, PubsubMessage, PushConfig, Subscription};

    fn push(subscription: Subscription, message: PubsubMessage) -> Push {
        let publish_time = Some(crate::pubsub::time::timestamp(1_700_000_000_123_000));
        let message = PubsubMessage {
            message_id: "7".into(),
            publish_time,
            ..message
        };
        let message = MessageRow {
            id: 7,
            published: 0,
            message,
        };
        Push {
            subscription: Subscription {
                name: "s".into(),
                ..subscription
            },
            lease: Lease {
                id: 1,
                attempt: 2,
                message,
            },
        }
    }

    #[test]
    fn a_wrapped_push_has_what_google_sends() {
        let message = PubsubMessage {
            data: b"hi".to_vec(),
            attributes: [("a".into(), "b".into())].into(),
            ordering_key: "k".into(),
            ..Default::default()
        };
        let subscription = Subscription {
            dead_letter_policy: Some(DeadLetterPolicy::default()),
            ..Default::default()
        };
        let body: Value = serde_json::from_slice(&envelope(&push(subscription, message)).body).unwrap();
        let expected = json!({"subscription": "s", "deliveryAttempt": 2, "message": {
            "data": "aGk=", "attributes": {"a": "b"}, "orderingKey": "k", "messageId": "7", "message_id": "7",
            "publishTime": "2023-11-14T22:13:20.123Z", "publish_time": "2023-11-14T22:13:20.123Z"}});
        assert_eq!(body, expected);

        let bare: Value =
            serde_json::from_slice(&envelope(&push(Subscription::default(), PubsubMessage::default())).body)
                .unwrap();
        assert_eq!(
            (bare.get("deliveryAttempt"), bare["message"].get("data")),
            (None, None)
        );
    }

    #[test]
    fn an_unwrapped_push_is_its_data_and_says_the_rest_in_headers() {
        let config = PushConfig {
            wrapper: Some(Wrapper::NoWrapper(NoWrapper { write_metadata: true })),
            ..Default::default()
        };
        let subscription = Subscription {
            push_config: Some(config),
            ..Default::default()
        };
        let message = PubsubMessage {
            data: b"hi".to_vec(),
            attributes: [("a".into(), "b".into())].into(),
            ..Default::default()
        };
        let envelope = envelope(&push(subscription, message));
        assert_eq!(envelope.body, b"hi");
        assert!(
            envelope
                .headers
                .contains(&("x-goog-pubsub-message-id".into(), "7".into()))
        );
        assert!(envelope.headers.contains(&("a".into(), "b".into())));
    }
}
