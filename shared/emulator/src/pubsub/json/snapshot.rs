//! Snapshots, and seeking to them or to a time.

use super::Labels;
use gcloud_sdk::google::pubsub::v1::Snapshot;
use gcloud_sdk::google::pubsub::v1::seek_request::Target;
use prost_types::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A time as `"2026-11-21T10:00:00Z"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeJson(pub(crate) Timestamp);

impl Serialize for TimeJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_string())
    }
}

impl<'de> Deserialize<'de> for TimeJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time: jiff::Timestamp = text.parse().map_err(|_| {
            serde::de::Error::custom(format!("{text:?} is no time like \"2026-11-21T10:00:00Z\""))
        })?;
        Ok(Self(Timestamp {
            seconds: time.as_second(),
            nanos: time.subsec_nanosecond(),
        }))
    }
}

/// `google.pubsub.v1.Snapshot`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct SnapshotJson {
    pub(crate) name: String,
    topic: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_time: Option<TimeJson>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    labels: Labels,
}

impl From<SnapshotJson> for Snapshot {
    fn from(json: SnapshotJson) -> Self {
        Self {
            name: json.name,
            topic: json.topic,
            expire_time: json.expire_time.map(|time| time.0),
            labels: json.labels,
        }
    }
}

impl From<Snapshot> for SnapshotJson {
    fn from(snapshot: Snapshot) -> Self {
        Self {
            name: snapshot.name,
            topic: snapshot.topic,
            expire_time: snapshot.expire_time.map(TimeJson),
            labels: snapshot.labels,
        }
    }
}

/// Where a subscription is taken to: one of both.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SeekJson {
    time: Option<TimeJson>,
    snapshot: Option<String>,
}

impl SeekJson {
    /// What is meant; none where it is not one.
    pub(crate) fn target(self) -> Option<Target> {
        match (self.time, self.snapshot) {
            (Some(TimeJson(time)), None) => Some(Target::Time(time)),
            (None, Some(snapshot)) => Some(Target::Snapshot(snapshot)),
            _ => None,
        }
    }
}
