//! What a writer says of an object beside its bytes, and what a change makes of it.

use super::failure::{Failure, Kind};
use super::time;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a writer says about its object beside the bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Attributes {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_disposition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cache_control: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) storage_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temporary_hold: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) event_based_hold: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) metadata: BTreeMap<String, String>,
}

/// Fields of [`Attributes`] in JSON.
const ATTRIBUTES: [&str; 10] = [
    "contentType",
    "contentEncoding",
    "contentDisposition",
    "contentLanguage",
    "cacheControl",
    "customTime",
    "storageClass",
    "temporaryHold",
    "eventBasedHold",
    "metadata",
];

/// The storage classes there are; where the bytes lie is the same for all.
const CLASSES: [&str; 6] = [
    "STANDARD",
    "NEARLINE",
    "COLDLINE",
    "ARCHIVE",
    "MULTI_REGIONAL",
    "REGIONAL",
];

/// Custom metadata may not be larger, names and values together (<https://cloud.google.com/storage/quotas#objects>).
const LARGEST_METADATA: usize = 8 * 1024;

/// Fields that only answers have; a client that sends back what it got sends them too.
const OUTPUT_ONLY: [&str; 19] = [
    "kind",
    "id",
    "selfLink",
    "mediaLink",
    "name",
    "bucket",
    "generation",
    "metageneration",
    "size",
    "crc32c",
    "md5Hash",
    "etag",
    "timeCreated",
    "timeFinalized",
    "timeStorageClassUpdated",
    "updated",
    "componentCount",
    "timeDeleted",
    "owner",
];

/// Reads a JSON object.
pub(super) fn object_fields(body: &[u8]) -> Result<Map<String, Value>, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::invalid(format!("Parse Error: {error}")))
}

impl Attributes {
    /// What comes of a PATCH: what is named is replaced, `null` removes, metadata key by key.
    pub(super) fn patched(&self, changes: &Map<String, Value>) -> Result<Self, Failure> {
        let mut fields = match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        for (name, value) in changes {
            let means_nothing =
                OUTPUT_ONLY.contains(&name.as_str()) || value.is_null() || *value == Value::Bool(false);
            match (name.as_str(), value) {
                ("metadata", Value::Object(keys)) => merge_metadata(&mut fields, keys),
                (name, Value::Null) => drop(fields.remove(name)),
                (name, value) if ATTRIBUTES.contains(&name) => {
                    fields.insert(name.to_owned(), value.clone());
                }
                _ if means_nothing => {}
                (name, _) => return Err(Failure::not_implemented(&format!("object field `{name}`"))),
            }
        }
        let patched: Self = serde_json::from_value(Value::Object(fields))
            .map_err(|error| Failure::invalid(error.to_string()))?;
        patched.check()?;
        patched.check_custom_time(self)?;
        Ok(patched)
    }

    /// Whether a hold keeps the object from being deleted or replaced.
    pub(super) fn held(&self) -> Option<&'static str> {
        match (self.temporary_hold, self.event_based_hold) {
            (Some(true), _) => Some("Temporary"),
            (_, Some(true)) => Some("Event-Based"),
            _ => None,
        }
    }

    pub(super) fn check(&self) -> Result<(), Failure> {
        if let Some(class) = self.storage_class.as_deref() {
            check_class(class)?;
        }
        let size: usize = self
            .metadata
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum();
        if size > LARGEST_METADATA {
            return Err(Failure::new(
                Kind::MetadataTooLarge,
                format!("The total size of custom metadata is {size} bytes, {LARGEST_METADATA} are allowed."),
            ));
        }
        match self.custom_time.as_deref() {
            Some(text) if time::from_rfc3339(text).is_none() => {
                Err(Failure::invalid(format!("Invalid value for customTime: {text}")))
            }
            _ => Ok(()),
        }
    }

    /// A custom time that was set is never removed nor set to an earlier one.
    fn check_custom_time(&self, before: &Self) -> Result<(), Failure> {
        let micros = |text: &Option<String>| text.as_deref().and_then(time::from_rfc3339);
        match (micros(&before.custom_time), micros(&self.custom_time)) {
            (Some(before), now) if now.is_none_or(|now| now < before) => Err(Failure::invalid(
                "Custom time cannot be removed or set to an earlier date time.",
            )),
            _ => Ok(()),
        }
    }
}

/// Refuses what is no storage class.
pub(super) fn check_class(class: &str) -> Result<(), Failure> {
    if CLASSES.contains(&class) {
        Ok(())
    } else {
        Err(Failure::invalid(format!("Invalid storage class: {class}")))
    }
}

fn merge_metadata(fields: &mut Map<String, Value>, changed: &Map<String, Value>) {
    let mut merged = fields
        .get("metadata")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    for (key, value) in changed {
        match value {
            Value::Null => drop(merged.remove(key)),
            value => drop(merged.insert(key.clone(), value.clone())),
        }
    }
    fields.insert("metadata".to_owned(), Value::Object(merged));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::object::Draft;

    fn fields(text: &str) -> Map<String, Value> {
        object_fields(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_patch_replaces_removes_and_merges_metadata() {
        let first = Attributes::default()
            .patched(&fields(
                r#"{"contentType":"a/b","cacheControl":"no-store","metadata":{"a":"1","b":"2"}}"#,
            ))
            .unwrap();
        let second = first
            .patched(&fields(
                r#"{"cacheControl":null,"metadata":{"a":null,"c":"3"},"retention":null,"size":"9"}"#,
            ))
            .unwrap();
        assert_eq!(second.content_type.as_deref(), Some("a/b"));
        assert_eq!(second.cache_control, None);
        assert_eq!(
            second.metadata,
            BTreeMap::from([("b".into(), "2".into()), ("c".into(), "3".into())])
        );
        assert!(
            second
                .patched(&fields(r#"{"metadata":null}"#))
                .unwrap()
                .metadata
                .is_empty()
        );
    }

    #[test]
    fn a_field_that_would_mean_something_is_refused() {
        for text in [
            r#"{"retention":{"mode":"Locked"}}"#,
            r#"{"acl":[{}]}"#,
            r#"{"kmsKeyName":"k"}"#,
        ] {
            let refused = Draft::parse(text.as_bytes()).unwrap_err();
            assert_eq!(
                refused.kind,
                super::super::failure::Kind::NotImplemented,
                "{text}"
            );
        }
        assert!(Draft::parse(b"[]").is_err());
        assert_eq!(Draft::parse(b"").unwrap(), Draft::default());
    }

    #[test]
    fn a_custom_time_only_rises() {
        let set = |before: &Attributes, text: &str| before.patched(&fields(text));
        let first = set(&Attributes::default(), r#"{"customTime":"2026-11-21T10:00:00Z"}"#).unwrap();
        assert!(set(&first, r#"{"customTime":"2026-11-22T10:00:00+01:00"}"#).is_ok());
        for wrong in [
            r#"{"customTime":"2026-11-21T09:59:59Z"}"#,
            r#"{"customTime":null}"#,
            r#"{"customTime":"tomorrow"}"#,
        ] {
            assert_eq!(set(&first, wrong).unwrap_err().kind, Kind::Invalid, "{wrong}");
        }
        let large = format!(r#"{{"metadata":{{"a":"{}"}}}}"#, "x".repeat(LARGEST_METADATA));
        assert_eq!(set(&first, &large).unwrap_err().kind, Kind::MetadataTooLarge);
    }
}
