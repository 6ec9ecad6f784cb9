//! Subscriptions.

use super::duration::{DurationJson, duration};
use super::push::PushJson;
use super::state::{State, ignored};
use super::{Labels, is_default, present};
use gcloud_sdk::google::pubsub::v1::{
    BigQueryConfig, BigtableConfig, CloudStorageConfig, DeadLetterPolicy, ExpirationPolicy, MessageTransform,
    RetryPolicy, Subscription,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    #[serde(skip_serializing_if = "is_default")]
    enable_exactly_once_delivery: bool,
    #[serde(skip_serializing)]
    tags: Labels,
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
            tags: json.tags,
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
            enable_exactly_once_delivery: subscription.enable_exactly_once_delivery,
            topic_message_retention_duration: subscription.topic_message_retention_duration.map(DurationJson),
            state: State("ACTIVE"),
            ..Self::default()
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
            "messageRetentionDuration": "600s", "enableMessageOrdering": true, "enableExactlyOnceDelivery": true, "retainAckedMessages": true, "expirationPolicy": {},
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
}
