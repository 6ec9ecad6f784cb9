//! Topics.

use super::duration::{DurationJson, duration};
use super::state::{State, ignored};
use super::{Labels, present};
use gcloud_sdk::google::pubsub::v1::{
    IngestionDataSourceSettings, MessageStoragePolicy, MessageTransform, SchemaSettings, Topic,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    ingestion_data_source_settings: Option<Value>,
    #[serde(skip_serializing)]
    tags: Labels,
    /// Set by the service only.
    #[serde(skip_serializing, rename = "satisfiesPzs")]
    _satisfies_pzs: bool,
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
            ingestion_data_source_settings: present::<IngestionDataSourceSettings>(
                json.ingestion_data_source_settings.as_ref(),
            ),
            tags: json.tags,
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
