//! Durations.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A duration as `"3.5s"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DurationJson(pub(super) prost_types::Duration);

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

/// The duration, where there is one.
pub(super) fn duration(json: Option<DurationJson>) -> Option<prost_types::Duration> {
    json.map(|duration| duration.0)
}
