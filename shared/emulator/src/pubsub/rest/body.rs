//! Reading what a request says.

use crate::rest::RestError;
use axum::body::Bytes;
use serde::de::DeserializeOwned;
use tonic::Status;

/// Reads a body; none is an empty object.
pub(super) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, RestError> {
    let text = if body.is_empty() { b"{}" } else { &body[..] };
    serde_json::from_slice(text).map_err(|error| {
        RestError(Status::invalid_argument(format!(
            "Invalid JSON payload received. {error}"
        )))
    })
}

/// The name in the path; one in the body too must be the same.
pub(super) fn named(project: &str, collection: &str, id: &str, in_body: &str) -> Result<String, RestError> {
    let name = format!("projects/{project}/{collection}/{id}");
    if in_body.is_empty() || in_body == name {
        return Ok(name);
    }
    Err(RestError(Status::invalid_argument(
        "The name in the body is not the one in the path.",
    )))
}

/// The fields of an update mask, which JSON writes as one text in camelCase.
pub(super) fn paths(mask: &str) -> Vec<String> {
    let snake = |path: &str| {
        path.chars().fold(String::new(), |mut text, c| {
            if c.is_ascii_uppercase() {
                text.push('_');
            }
            text.push(c.to_ascii_lowercase());
            text
        })
    };
    mask.split(',')
        .map(str::trim)
        .filter(|path| !path.is_empty())
        .map(snake)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pubsub::json::{MessageJson, PolicyJson, SeekJson, SnapshotJson, SubscriptionJson, TopicJson};
    use proptest::prelude::*;

    proptest! {
        /// Bodies that are nearly right: fields of all kinds, with values of all kinds.
        #[test]
        fn no_body_brings_a_reader_down(
            fields in proptest::collection::vec(("name|data|time|snapshot|ttl|expireTime|labels|etag|bindings|pushConfig|noWrapper|retryPolicy\
                |minimumBackoff|messageRetentionDuration|expirationPolicy|ackDeadlineSeconds|state|[a-z]{0,3}",
                "[0-9.-]{0,22}s?|\\{\\}|null|true|-?[0-9]{1,20}|\\[1\\]|[-0-9:TZ+.]{0,30}|\\{\"ttl\":\"-?[0-9]{0,20}[.][0-9]{0,12}s\"\\}"), 0..4),
            quoted: bool,
        ) {
            let value = |text: &str| if quoted && !text.contains('"') { format!("\"{text}\"") } else { text.to_owned() };
            let fields: Vec<String> = fields.iter().map(|(name, text)| format!("\"{name}\":{}", value(text))).collect();
            let body = Bytes::from(format!("{{{}}}", fields.join(",")));
            let _ = read::<TopicJson>(&body).map(gcloud_sdk::google::pubsub::v1::Topic::from);
            let _ = read::<SnapshotJson>(&body).map(gcloud_sdk::google::pubsub::v1::Snapshot::from);
            let _ = read::<PolicyJson>(&body).map(gcloud_sdk::google::iam::v1::Policy::try_from);
            let _ = read::<MessageJson>(&body).map(gcloud_sdk::google::pubsub::v1::PubsubMessage::try_from);
            let _ = read::<SeekJson>(&body).map(SeekJson::target);
            if let Ok(json) = read::<SubscriptionJson>(&body) {
                let _ = crate::pubsub::config::complete_subscription(json.into());
            }
        }

        #[test]
        fn no_mask_brings_the_reader_down_and_all_it_names_is_snake_case(mask in "([a-zA-Zé,. ]){0,20}") {
            for path in paths(&mask) {
                prop_assert!(!path.is_empty() && !path.contains(|c: char| c.is_ascii_uppercase() || c == ','));
            }
        }
    }

    #[test]
    fn masks_name_fields_as_the_protocol_does() {
        assert_eq!(
            paths("ackDeadlineSeconds, pushConfig"),
            ["ack_deadline_seconds", "push_config"]
        );
        assert_eq!(paths("labels"), ["labels"]);
        assert!(paths("").is_empty());
    }
}
