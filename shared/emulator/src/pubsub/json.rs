//! Topics, subscriptions and messages in the JSON form of the protocol (<https://protobuf.dev/programming-guides/json/>): camelCase, bytes as
//! base64, durations as `"10s"`, defaults left out. Fields that are not known are refused.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gcloud_sdk::google::pubsub::v1::push_config::{
    AuthenticationMethod, NoWrapper, OidcToken, PubsubWrapper, Wrapper,
};
use gcloud_sdk::google::pubsub::v1::{
    BigQueryConfig, BigtableConfig, CloudStorageConfig, DeadLetterPolicy, ExpirationPolicy,
    MessageStoragePolicy, MessageTransform, PubsubMessage, PushConfig, RetryPolicy, SchemaSettings,
    Subscription, Topic,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::HashMap;

type Labels = HashMap<String, String>;

/// `google.pubsub.v1.Topic`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct TopicJson {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    labels: Labels,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_storage_policy: Option<StoragePolicyJson>,
    #[serde(skip_serializing)]
    kms_key_name: String,
    #[serde(skip_serializing)]
    schema_settings: Option<Value>,
    #[serde(skip_serializing)]
    message_transforms: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_retention_duration: Option<DurationJson>,
    #[serde(deserialize_with = "ignored")]
    state: State,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct StoragePolicyJson {
    allowed_persistence_regions: Vec<String>,
    enforce_in_transit: bool,
}

/// `google.pubsub.v1.Subscription`.
#[expect(clippy::struct_excessive_bools, reason = "the protocol's own")]
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct SubscriptionJson {
    pub(crate) name: String,
    topic: String,
    push_config: Option<PushJson>,
    ack_deadline_seconds: i32,
    #[serde(skip_serializing_if = "is_default")]
    retain_acked_messages: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_retention_duration: Option<DurationJson>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    labels: Labels,
    #[serde(skip_serializing_if = "is_default")]
    enable_message_ordering: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_policy: Option<ExpirationJson>,
    #[serde(skip_serializing_if = "String::is_empty")]
    filter: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letter_policy: Option<DeadLetterJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_policy: Option<RetryJson>,
    #[serde(skip_serializing_if = "is_default")]
    detached: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_message_retention_duration: Option<DurationJson>,
    #[serde(skip_serializing)]
    enable_exactly_once_delivery: bool,
    #[serde(skip_serializing)]
    bigquery_config: Option<Value>,
    #[serde(skip_serializing)]
    cloud_storage_config: Option<Value>,
    #[serde(skip_serializing)]
    bigtable_config: Option<Value>,
    #[serde(skip_serializing)]
    message_transforms: Vec<Value>,
    #[serde(deserialize_with = "ignored")]
    state: State,
}

/// `google.pubsub.v1.PushConfig`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct PushJson {
    #[serde(skip_serializing_if = "String::is_empty")]
    push_endpoint: String,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    attributes: Labels,
    #[serde(skip_serializing_if = "Option::is_none")]
    oidc_token: Option<OidcJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pubsub_wrapper: Option<EmptyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_wrapper: Option<NoWrapperJson>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EmptyJson {}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct NoWrapperJson {
    write_metadata: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct OidcJson {
    service_account_email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    audience: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ExpirationJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<DurationJson>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct DeadLetterJson {
    dead_letter_topic: String,
    max_delivery_attempts: i32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct RetryJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_backoff: Option<DurationJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_backoff: Option<DurationJson>,
}

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

/// The state that goes out; one that comes in, by name or number, is not for the client to set.
#[derive(Debug, Default, Serialize)]
struct State(&'static str);

fn ignored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<State, D::Error> {
    Value::deserialize(deserializer).map(|_| State::default())
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A duration as `"3.5s"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DurationJson(prost_types::Duration);

impl Serialize for DurationJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_string())
    }
}

impl<'de> Deserialize<'de> for DurationJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map(Self)
            .map_err(|_| serde::de::Error::custom(format!("{text:?} is no duration like \"10s\"")))
    }
}

fn duration(json: Option<DurationJson>) -> Option<prost_types::Duration> {
    json.map(|duration| duration.0)
}

/// For a feature that the emulator has not: its presence is what is refused.
fn present<T: Default>(json: Option<&Value>) -> Option<T> {
    json.map(|_| T::default())
}

impl From<TopicJson> for Topic {
    fn from(json: TopicJson) -> Self {
        Self {
            name: json.name,
            labels: json.labels,
            message_storage_policy: json.message_storage_policy.map(|policy| MessageStoragePolicy {
                allowed_persistence_regions: policy.allowed_persistence_regions,
                enforce_in_transit: policy.enforce_in_transit,
            }),
            kms_key_name: json.kms_key_name,
            schema_settings: present::<SchemaSettings>(json.schema_settings.as_ref()),
            message_transforms: json
                .message_transforms
                .iter()
                .map(|_| MessageTransform::default())
                .collect(),
            message_retention_duration: duration(json.message_retention_duration),
            ..Self::default()
        }
    }
}

impl From<Topic> for TopicJson {
    fn from(topic: Topic) -> Self {
        Self {
            name: topic.name,
            labels: topic.labels,
            message_storage_policy: topic.message_storage_policy.map(|policy| StoragePolicyJson {
                allowed_persistence_regions: policy.allowed_persistence_regions,
                enforce_in_transit: policy.enforce_in_transit,
            }),
            message_retention_duration: topic.message_retention_duration.map(DurationJson),
            state: State("ACTIVE"),
            ..Self::default()
        }
    }
}

impl From<SubscriptionJson> for Subscription {
    fn from(json: SubscriptionJson) -> Self {
        Self {
            name: json.name,
            topic: json.topic,
            push_config: json.push_config.map(Into::into),
            ack_deadline_seconds: json.ack_deadline_seconds,
            retain_acked_messages: json.retain_acked_messages,
            message_retention_duration: duration(json.message_retention_duration),
            labels: json.labels,
            enable_message_ordering: json.enable_message_ordering,
            expiration_policy: json.expiration_policy.map(|policy| ExpirationPolicy {
                ttl: duration(policy.ttl),
            }),
            filter: json.filter,
            dead_letter_policy: json.dead_letter_policy.map(|policy| DeadLetterPolicy {
                dead_letter_topic: policy.dead_letter_topic,
                max_delivery_attempts: policy.max_delivery_attempts,
            }),
            retry_policy: json.retry_policy.map(|policy| RetryPolicy {
                minimum_backoff: duration(policy.minimum_backoff),
                maximum_backoff: duration(policy.maximum_backoff),
            }),
            enable_exactly_once_delivery: json.enable_exactly_once_delivery,
            bigquery_config: present::<BigQueryConfig>(json.bigquery_config.as_ref()),
            cloud_storage_config: present::<CloudStorageConfig>(json.cloud_storage_config.as_ref()),
            bigtable_config: present::<BigtableConfig>(json.bigtable_config.as_ref()),
            message_transforms: json
                .message_transforms
                .iter()
                .map(|_| MessageTransform::default())
                .collect(),
            ..Self::default()
        }
    }
}

impl From<Subscription> for SubscriptionJson {
    fn from(subscription: Subscription) -> Self {
        Self {
            name: subscription.name,
            topic: subscription.topic,
            push_config: Some(subscription.push_config.unwrap_or_default().into()),
            ack_deadline_seconds: subscription.ack_deadline_seconds,
            retain_acked_messages: subscription.retain_acked_messages,
            message_retention_duration: subscription.message_retention_duration.map(DurationJson),
            labels: subscription.labels,
            enable_message_ordering: subscription.enable_message_ordering,
            expiration_policy: subscription.expiration_policy.map(|policy| ExpirationJson {
                ttl: policy.ttl.map(DurationJson),
            }),
            filter: subscription.filter,
            dead_letter_policy: subscription.dead_letter_policy.map(|policy| DeadLetterJson {
                dead_letter_topic: policy.dead_letter_topic,
                max_delivery_attempts: policy.max_delivery_attempts,
            }),
            retry_policy: subscription.retry_policy.map(|policy| RetryJson {
                minimum_backoff: policy.minimum_backoff.map(DurationJson),
                maximum_backoff: policy.maximum_backoff.map(DurationJson),
            }),
            detached: subscription.detached,
            topic_message_retention_duration: subscription.topic_message_retention_duration.map(DurationJson),
            state: State("ACTIVE"),
            ..Self::default()
        }
    }
}

impl From<PushJson> for PushConfig {
    fn from(json: PushJson) -> Self {
        let unwrapped = json.no_wrapper.map(|options| {
            Wrapper::NoWrapper(NoWrapper {
                write_metadata: options.write_metadata,
            })
        });
        Self {
            push_endpoint: json.push_endpoint,
            attributes: json.attributes,
            authentication_method: json.oidc_token.map(|oidc| {
                let OidcJson {
                    service_account_email,
                    audience,
                } = oidc;
                AuthenticationMethod::OidcToken(OidcToken {
                    service_account_email,
                    audience,
                })
            }),
            wrapper: unwrapped.or(json
                .pubsub_wrapper
                .map(|_| Wrapper::PubsubWrapper(PubsubWrapper {}))),
        }
    }
}

impl From<PushConfig> for PushJson {
    fn from(config: PushConfig) -> Self {
        let (mut pubsub_wrapper, mut no_wrapper) = (None, None);
        match config.wrapper {
            Some(Wrapper::PubsubWrapper(_)) => pubsub_wrapper = Some(EmptyJson {}),
            Some(Wrapper::NoWrapper(NoWrapper { write_metadata })) => {
                no_wrapper = Some(NoWrapperJson { write_metadata });
            }
            None => {}
        }
        Self {
            push_endpoint: config.push_endpoint,
            attributes: config.attributes,
            oidc_token: config
                .authentication_method
                .map(|AuthenticationMethod::OidcToken(oidc)| OidcJson {
                    service_account_email: oidc.service_account_email,
                    audience: oidc.audience,
                }),
            pubsub_wrapper,
            no_wrapper,
        }
    }
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
    fn a_subscription_goes_both_ways() {
        let given = json!({
            "name": "projects/p/subscriptions/s", "topic": "projects/p/topics/t", "ackDeadlineSeconds": 20, "state": "ACTIVE",
            "pushConfig": {"pushEndpoint": "https://posts.kith.internal/events/s", "noWrapper": {"writeMetadata": true},
                "oidcToken": {"serviceAccountEmail": "push@kith.iam", "audience": "posts"}},
            "messageRetentionDuration": "600s", "enableMessageOrdering": true, "expirationPolicy": {},
            "filter": "attributes:a", "labels": {"a": "b"},
            "deadLetterPolicy": {"deadLetterTopic": "projects/p/topics/dead", "maxDeliveryAttempts": 10},
            "retryPolicy": {"minimumBackoff": "0.500s", "maximumBackoff": "60s"},
        });
        let proto: Subscription = serde_json::from_value::<SubscriptionJson>(given.clone())
            .unwrap()
            .into();
        assert_eq!(
            proto.retry_policy.unwrap().minimum_backoff.unwrap().nanos,
            500_000_000
        );
        assert_eq!(
            serde_json::to_value(SubscriptionJson::from(proto)).unwrap(),
            given
        );
    }

    #[test]
    fn unknown_fields_are_refused_and_known_ones_that_are_not_here_come_through_to_be_refused() {
        assert!(serde_json::from_value::<SubscriptionJson>(json!({"nonsense": 1})).is_err());
        let proto: Subscription =
            serde_json::from_value::<SubscriptionJson>(json!({"bigqueryConfig": {"table": "t"}, "state": 1}))
                .unwrap()
                .into();
        assert!(proto.bigquery_config.is_some());
    }

    #[test]
    fn messages_carry_their_data_as_base64() {
        let json = json!({"data": "aGk=", "attributes": {"a": "b"}, "orderingKey": "k"});
        let message =
            PubsubMessage::try_from(serde_json::from_value::<MessageJson>(json.clone()).unwrap()).unwrap();
        assert_eq!(message.data, b"hi");
        assert_eq!(serde_json::to_value(MessageJson::from(message)).unwrap(), json);
    }
}
