//! An object: what is stored of it, and its JSON form.

use super::attributes::{Attributes, object_fields};
use super::checksum::{Claimed, Sums};
use super::encoding::{encode, hex};
use super::failure::{Failure, Kind};
use super::time;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
                sha256: None,
            },
            attributes: Attributes::default().patched(&fields)?,
        })
    }
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
    /// Of how many uploads it is composed, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) components: Option<u32>,
    /// When it became noncurrent; `None` while it is live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deleted: Option<i64>,
    /// When its storage class last changed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) class_changed: Option<i64>,
}

impl Object {
    /// Generation and metageneration, which preconditions are about.
    pub(super) fn version(&self) -> (i64, i64) {
        (self.generation, self.metageneration)
    }

    /// The `ETag` of the XML API: the MD5 of the bytes; where there is none, the resource's.
    pub(super) fn content_etag(&self) -> String {
        match &self.sums.md5 {
            Some(md5) => format!("\"{}\"", hex(md5)),
            None => format!("\"{}\"", self.etag()),
        }
    }

    /// Refuses to delete or replace what is under a hold.
    pub(super) fn check_hold(&self) -> Result<(), Failure> {
        let Some(kind) = self.attributes.held() else {
            return Ok(());
        };
        let message = format!(
            "Object '{}/{}' is under active {kind} hold and cannot be deleted, overwritten or archived until hold is removed.",
            self.bucket, self.name
        );
        Err(Failure::new(Kind::Held, message))
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
            "etag": self.etag(),
            "timeCreated": created,
            "timeFinalized": created,
            "timeStorageClassUpdated": time::rfc3339(self.class_changed.unwrap_or(self.created)),
            "updated": time::rfc3339(self.updated),
        });
        if let Some(md5) = self.sums.md5_text() {
            value["md5Hash"] = md5.into();
        }
        if let Some(components) = self.components {
            value["componentCount"] = components.into();
        }
        if let Some(deleted) = self.deleted {
            value["timeDeleted"] = time::rfc3339(deleted).into();
        }
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
