//! Notifications to Pub/Sub (<https://cloud.google.com/storage/docs/pubsub-notifications>): configurations and messages.

use super::failure::Failure;
use super::object::Object;
use super::time;
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// It is there, in the place of the generation named, if there was one.
    Finalize {
        overwrote: Option<i64>,
    },
    /// It is gone: deleted, or replaced by the generation named.
    Delete {
        overwritten_by: Option<i64>,
    },
    /// It is noncurrent now: deleted, or replaced by the generation named, in a bucket with versions.
    Archive {
        overwritten_by: Option<i64>,
    },
    MetadataUpdate,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Self::Finalize { .. } => "OBJECT_FINALIZE",
            Self::Delete { .. } => "OBJECT_DELETE",
            Self::Archive { .. } => "OBJECT_ARCHIVE",
            Self::MetadataUpdate => "OBJECT_METADATA_UPDATE",
        }
    }
}

/// Which events of a bucket go to which topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NotificationConfig {
    #[serde(default)]
    pub(super) id: String,
    /// `//pubsub.googleapis.com/projects/P/topics/T`.
    pub(super) topic: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) event_types: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) object_name_prefix: String,
    pub(super) payload_format: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) custom_attributes: BTreeMap<String, String>,
}

/// A message that is to be published; stored in the transaction of the change it tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Notice {
    /// `projects/P/topics/T`.
    pub(super) topic: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) data: String,
}

/// What `event_types` may name.
const KNOWN: [&str; 4] = [
    "OBJECT_FINALIZE",
    "OBJECT_METADATA_UPDATE",
    "OBJECT_DELETE",
    "OBJECT_ARCHIVE",
];

impl NotificationConfig {
    /// Reads the resource of an insert.
    pub(super) fn parse(fields: Map<String, Value>) -> Result<Self, Failure> {
        let config: Self = serde_json::from_value(Value::Object(fields))
            .map_err(|error| Failure::invalid(error.to_string()))?;
        if !config
            .topic_name()
            .is_some_and(|name| name.starts_with("projects/") && name.contains("/topics/"))
        {
            return Err(Failure::invalid(format!(
                "Invalid Google Cloud Pub/Sub topic: {}",
                config.topic
            )));
        }
        if !matches!(config.payload_format.as_str(), "JSON_API_V1" | "NONE") {
            return Err(Failure::invalid(format!(
                "Invalid payload format: {}",
                config.payload_format
            )));
        }
        match config
            .event_types
            .iter()
            .find(|name| !KNOWN.contains(&name.as_str()))
        {
            Some(unknown) => Err(Failure::invalid(format!("Invalid event type: {unknown}"))),
            None => Ok(config),
        }
    }

    fn topic_name(&self) -> Option<&str> {
        self.topic.strip_prefix("//pubsub.googleapis.com/")
    }

    /// The resource as the JSON API shows it.
    pub(super) fn json(&self, base: &str, bucket: &str) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["kind"] = "storage#notification".into();
        value["etag"] = self.id.clone().into();
        value["selfLink"] = format!("{base}/storage/v1/b/{bucket}/notificationConfigs/{}", self.id).into();
        value
    }

    /// The message about `event`, if this configuration asks for it.
    pub(super) fn notice(&self, event: Event, object: &Object, now: i64) -> Option<Notice> {
        let wanted = self.event_types.is_empty() || self.event_types.iter().any(|name| name == event.name());
        if !wanted || !object.name.starts_with(&self.object_name_prefix) {
            return None;
        }
        let mut attributes = self.custom_attributes.clone();
        let mut set = |name: &str, value: String| attributes.insert(name.to_owned(), value);
        set(
            "notificationConfig",
            format!(
                "projects/_/buckets/{}/notificationConfigs/{}",
                object.bucket, self.id
            ),
        );
        set("eventType", event.name().to_owned());
        set("payloadFormat", self.payload_format.clone());
        set("bucketId", object.bucket.clone());
        set("objectId", object.name.clone());
        set("objectGeneration", object.generation.to_string());
        set("eventTime", time::rfc3339(now));
        match event {
            Event::Finalize {
                overwrote: Some(generation),
            } => drop(set("overwroteGeneration", generation.to_string())),
            Event::Delete {
                overwritten_by: Some(generation),
            }
            | Event::Archive {
                overwritten_by: Some(generation),
            } => {
                drop(set("overwrittenByGeneration", generation.to_string()));
            }
            _ => {}
        }
        let with_object = self.payload_format == "JSON_API_V1";
        let data = if with_object {
            object.json("https://www.googleapis.com").to_string()
        } else {
            String::new()
        };
        Some(Notice {
            topic: self.topic_name()?.to_owned(),
            attributes,
            data,
        })
    }
}

impl Notice {
    /// Whose topic it goes to.
    pub(super) fn project(&self) -> Option<&str> {
        self.topic.strip_prefix("projects/")?.split('/').next()
    }

    /// As Pub/Sub takes it.
    pub(super) fn message(&self) -> PubsubMessage {
        PubsubMessage {
            data: self.data.clone().into_bytes(),
            attributes: self.attributes.clone().into_iter().collect::<HashMap<_, _>>(),
            ..PubsubMessage::default()
        }
    }
}
