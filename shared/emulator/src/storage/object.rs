//! An object: what is stored of it, and its JSON form.

use super::checksum::{Claimed, Sums};
use super::encoding::{encode, hex};
use super::failure::Failure;
use super::time;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
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
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) metadata: BTreeMap<String, String>,
}

/// Fields of [`Attributes`] in JSON.
const ATTRIBUTES: [&str; 8] = [
    "contentType",
    "contentEncoding",
    "contentDisposition",
    "contentLanguage",
    "cacheControl",
    "customTime",
    "storageClass",
    "metadata",
];

/// Fields that only answers have; a client that sends back what it got sends them too.
const OUTPUT_ONLY: [&str; 17] = [
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
];

/// An object as it is sent in: its own name if it says one, attributes, and the sums its bytes should have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) name: Option<String>,
    pub(super) attributes: Attributes,
    pub(super) claimed: Claimed,
}

impl Draft {
    /// Reads the resource of an insert.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Failure> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        let fields = object_fields(body)?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            name: text("name"),
            claimed: Claimed {
                crc32c: text("crc32c"),
                md5: text("md5Hash"),
            },
            attributes: Attributes::default().patched(&fields)?,
        })
    }
}

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
        serde_json::from_value(Value::Object(fields)).map_err(|error| Failure::invalid(error.to_string()))
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

/// A finished object. Its bytes never change: a new upload is a new generation in a new file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Object {
    pub(super) bucket: String,
    pub(super) name: String,
    /// Microseconds since 1970, as in the cloud, and never twice the same.
    pub(super) generation: i64,
    pub(super) metageneration: i64,
    pub(super) size: u64,
    pub(super) sums: Sums,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) attributes: Attributes,
    /// Its file in `objects/`.
    pub(super) file: String,
}

impl Object {
    /// Generation and metageneration, which preconditions are about.
    pub(super) fn version(&self) -> (i64, i64) {
        (self.generation, self.metageneration)
    }

    /// The `ETag` of downloads: the MD5 of the bytes.
    pub(super) fn content_etag(&self) -> String {
        format!("\"{}\"", hex(&self.sums.md5))
    }

    /// The `etag` of the resource: changes with its metadata too.
    pub(super) fn etag(&self) -> String {
        BASE64_STANDARD.encode(format!("{}/{}", self.generation, self.metageneration))
    }

    pub(super) fn content_type(&self) -> &str {
        self.attributes
            .content_type
            .as_deref()
            .unwrap_or("application/octet-stream")
    }

    pub(super) fn storage_class(&self) -> &str {
        self.attributes.storage_class.as_deref().unwrap_or("STANDARD")
    }

    /// The resource as the JSON API shows it; `base` is where the API is reached.
    pub(super) fn json(&self, base: &str) -> Value {
        let (bucket, name) = (&self.bucket, encode(&self.name));
        let created = time::rfc3339(self.created);
        let mut value = json!({
            "kind": "storage#object",
            "id": format!("{bucket}/{}/{}", self.name, self.generation),
            "selfLink": format!("{base}/storage/v1/b/{bucket}/o/{name}"),
            "mediaLink": format!("{base}/download/storage/v1/b/{bucket}/o/{name}?generation={}&alt=media", self.generation),
            "name": self.name,
            "bucket": bucket,
            "generation": self.generation.to_string(),
            "metageneration": self.metageneration.to_string(),
            "contentType": self.content_type(),
            "storageClass": self.storage_class(),
            "size": self.size.to_string(),
            "crc32c": self.sums.crc32c_text(),
            "md5Hash": self.sums.md5_text(),
            "etag": self.etag(),
            "timeCreated": created,
            "timeFinalized": created,
            "timeStorageClassUpdated": created,
            "updated": time::rfc3339(self.updated),
        });
        if let (Some(value), Ok(Value::Object(fields))) =
            (value.as_object_mut(), serde_json::to_value(&self.attributes))
        {
            value.extend(fields);
        }
        value
    }
}

/// The rules for names (<https://cloud.google.com/storage/docs/objects#naming>).
pub(super) fn check_name(name: &str) -> Result<(), Failure> {
    let fits =
        !name.is_empty() && name.len() <= 1024 && !name.contains(['\r', '\n']) && !matches!(name, "." | "..");
    let challenge = name.starts_with(".well-known/acme-challenge/");
    if fits && !challenge {
        Ok(())
    } else {
        Err(Failure::invalid(format!(
            "Disallowed unicode characters or length in object name '{name}'"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                r#"{"cacheControl":null,"metadata":{"a":null,"c":"3"},"temporaryHold":false,"size":"9"}"#,
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
            r#"{"temporaryHold":true}"#,
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
    fn names_have_their_rules() {
        for (name, good) in [
            ("a/b c", true),
            ("ü", true),
            ("", false),
            ("..", false),
            ("a\nb", false),
            (".well-known/acme-challenge/x", false),
        ] {
            assert_eq!(check_name(name).is_ok(), good, "{name:?}");
        }
        assert!(check_name(&"x".repeat(1025)).is_err());
    }
}
