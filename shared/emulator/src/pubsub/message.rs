//! What may be published.

use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use tonic::Status;

/// Limits of <https://cloud.google.com/pubsub/quotas#resource_limits>.
const MAX_MESSAGES: usize = 1000;
const MAX_REQUEST_BYTES: usize = 10_000_000;
const MAX_ATTRIBUTES: usize = 100;
const MAX_KEY_BYTES: usize = 256;
const MAX_VALUE_BYTES: usize = 1024;
const MAX_ORDERING_KEY_BYTES: usize = 1024;

/// Checks the messages of one publish call.
pub(crate) fn check(messages: &[PubsubMessage]) -> Result<(), Status> {
    if messages.is_empty() {
        return Err(Status::invalid_argument(
            "The request must contain at least one message.",
        ));
    }
    if messages.len() > MAX_MESSAGES {
        return Err(Status::invalid_argument(format!(
            "A request has at most {MAX_MESSAGES} messages."
        )));
    }
    if messages.iter().map(size).sum::<usize>() > MAX_REQUEST_BYTES {
        return Err(Status::invalid_argument(format!(
            "A request has at most {MAX_REQUEST_BYTES} bytes."
        )));
    }
    messages.iter().try_for_each(check_one)
}

fn check_one(message: &PubsubMessage) -> Result<(), Status> {
    let attributes = &message.attributes;
    let wrong = if message.data.is_empty() && attributes.is_empty() {
        "Some messages have neither data nor attributes."
    } else if attributes.len() > MAX_ATTRIBUTES {
        "A message has at most 100 attributes."
    } else if attributes
        .keys()
        .any(|key| key.is_empty() || key.len() > MAX_KEY_BYTES)
    {
        "The key of an attribute has 1 to 256 bytes."
    } else if attributes.keys().any(|key| key.starts_with("goog")) {
        "The key of an attribute does not start with \"goog\"."
    } else if attributes.values().any(|value| value.len() > MAX_VALUE_BYTES) {
        "The value of an attribute has at most 1024 bytes."
    } else if message.ordering_key.len() > MAX_ORDERING_KEY_BYTES {
        "An ordering key has at most 1024 bytes."
    } else {
        return Ok(());
    };
    Err(Status::invalid_argument(wrong))
}

fn size(message: &PubsubMessage) -> usize {
    let attributes: usize = message
        .attributes
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum();
    message.data.len() + attributes + message.ordering_key.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_at_their_edge() {
        let data = |bytes| PubsubMessage {
            data: vec![0; bytes],
            ..Default::default()
        };
        let attribute = |key: usize, value: usize| PubsubMessage {
            attributes: [("k".repeat(key), "v".repeat(value))].into(),
            ..Default::default()
        };
        let good = [
            vec![data(1)],
            vec![data(10_000_000)],
            vec![attribute(256, 1024)],
            vec![data(1); 1000],
        ];
        for messages in good {
            assert!(check(&messages).is_ok(), "{} messages", messages.len());
        }
        let keyed = PubsubMessage {
            ordering_key: "k".repeat(1025),
            ..data(1)
        };
        let wrong = [
            vec![],
            vec![data(0)],
            vec![data(10_000_001)],
            vec![data(5_000_001); 2],
            vec![attribute(257, 1)],
            vec![attribute(0, 1)],
            vec![attribute(1, 1025)],
            vec![data(1); 1001],
            vec![keyed],
        ];
        for messages in wrong {
            assert!(check(&messages).is_err(), "{} messages", messages.len());
        }
    }
}
