//! Fields of a job that JSON writes in more ways than one, or as no plain text or number.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::time::Duration;

/// Whether a job runs by its schedule. In a request it means nothing: `:pause` and `:resume` set it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    #[default]
    Enabled,
    Paused,
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(if value == "PAUSED" || value == 2 {
            Self::Paused
        } else {
            Self::Enabled
        })
    }
}

/// An HTTP method, by name or by its number in `google.cloud.scheduler.v1.HttpMethod`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Method(pub(crate) String);

impl Default for Method {
    fn default() -> Self {
        Self("POST".to_owned())
    }
}

impl<'de> Deserialize<'de> for Method {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const METHODS: [&str; 8] = [
            "HTTP_METHOD_UNSPECIFIED",
            "POST",
            "GET",
            "HEAD",
            "PUT",
            "DELETE",
            "PATCH",
            "OPTIONS",
        ];
        let value = Value::deserialize(deserializer)?;
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        let found = METHODS
            .iter()
            .enumerate()
            .find(|(index, name)| value == **name || number == Some(*index));
        match found {
            Some((0, _)) => Ok(Self::default()),
            Some((_, name)) => Ok(Self((*name).to_owned())),
            None => Err(serde::de::Error::custom(format!("{value} is no HTTP method"))),
        }
    }
}

/// A duration as `"3.5s"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) Duration);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}s", self.0.as_secs_f64()))
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text.strip_suffix('s').and_then(|number| number.parse().ok());
        let duration = number.and_then(|number: f64| Duration::try_from_secs_f64(number).ok());
        duration
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no duration like \"10s\"")))
    }
}
