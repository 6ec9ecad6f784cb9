//! Messages.

use super::Labels;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use serde::{Deserialize, Serialize};

/// `google.pubsub.v1.PubsubMessage`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct MessageJson {
    #[serde(skip_serializing_if = "String::is_empty")]
    data: String,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    attributes: Labels,
    #[serde(skip_serializing_if = "String::is_empty")]
    message_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    ordering_key: String,
}

impl TryFrom<MessageJson> for PubsubMessage {
    type Error = base64::DecodeError;

    fn try_from(json: MessageJson) -> Result<Self, Self::Error> {
        let data = BASE64_STANDARD.decode(&json.data)?;
        Ok(Self {
            data,
            attributes: json.attributes,
            ordering_key: json.ordering_key,
            ..Self::default()
        })
    }
}

impl From<PubsubMessage> for MessageJson {
    fn from(message: PubsubMessage) -> Self {
        Self {
            data: BASE64_STANDARD.encode(&message.data),
            attributes: message.attributes,
            message_id: message.message_id,
            publish_time: message.publish_time.map(|time| time.to_string()),
            ordering_key: message.ordering_key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_carry_their_data_as_base64() {
        let json = json!({"data": "aGk=", "attributes": {"a": "b"}, "orderingKey": "k"});
        let message =
            PubsubMessage::try_from(serde_json::from_value::<MessageJson>(json.clone()).unwrap()).unwrap();
        assert_eq!(message.data, b"hi");
        assert_eq!(serde_json::to_value(MessageJson::from(message)).unwrap(), json);
    }
}
