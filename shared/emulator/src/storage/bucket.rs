//! A bucket: its settings, its policy, its notifications.

use super::failure::{Failure, Kind};
use super::notification::NotificationConfig;
use super::time;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Settings that are kept and shown, and have their effect; labels have none anywhere.
const KEPT: [&str; 5] = ["cors", "iamConfiguration", "labels", "lifecycle", "versioning"];

/// Fields that only answers have, or that say where and as what to keep the bytes.
const WITHOUT_MEANING: [&str; 14] = [
    "kind",
    "id",
    "selfLink",
    "name",
    "projectNumber",
    "metageneration",
    "timeCreated",
    "updated",
    "etag",
    "location",
    "locationType",
    "owner",
    "generation",
    "satisfiesPZS",
];

/// A bucket without its objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) project: String,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) metageneration: i64,
    pub(super) location: String,
    pub(super) storage_class: String,
    pub(super) settings: Map<String, Value>,
    pub(super) bindings: Vec<Binding>,
    pub(super) notifications: BTreeMap<String, NotificationConfig>,
    pub(super) next_notification: u64,
}

/// Who has a role (<https://cloud.google.com/iam/docs/reference/rest/v1/Policy>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Binding {
    pub(super) role: String,
    pub(super) members: Vec<String>,
}

impl Bucket {
    /// A new bucket from the resource of an insert.
    pub(super) fn new(project: &str, fields: &Map<String, Value>, now: i64) -> Result<Self, Failure> {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let name = text("name").ok_or_else(|| Failure::invalid("Required field: name"))?;
        check_name(name)?;
        Ok(Self {
            name: name.to_owned(),
            project: project.to_owned(),
            created: now,
            updated: now,
            metageneration: 1,
            location: text("location").unwrap_or("US").to_uppercase(),
            storage_class: class(fields)?.unwrap_or_else(|| "STANDARD".to_owned()),
            settings: patched(&Map::new(), fields)?,
            bindings: Vec::new(),
            notifications: BTreeMap::new(),
            next_notification: 1,
        })
    }

    /// Replaces the settings that `fields` names; `null` removes.
    pub(super) fn patch(&mut self, fields: &Map<String, Value>) -> Result<(), Failure> {
        self.settings = patched(&self.settings, fields)?;
        if let Some(class) = class(fields)? {
            self.storage_class = class;
        }
        Ok(())
    }

    /// Whether objects that are replaced or deleted stay as noncurrent ones.
    pub(super) fn versions(&self) -> bool {
        let versioning = self.settings.get("versioning");
        versioning.and_then(|value| value.get("enabled")) == Some(&Value::Bool(true))
    }

    /// Whether anyone may read its objects without a signature.
    pub(super) fn world_readable(&self) -> bool {
        const READERS: [&str; 4] = [
            "roles/storage.objectViewer",
            "roles/storage.objectAdmin",
            "roles/storage.admin",
            "roles/storage.legacyObjectReader",
        ];
        let open = |binding: &Binding| {
            READERS.contains(&binding.role.as_str())
                && binding.members.iter().any(|member| member == "allUsers")
        };
        !self.prevents_public_access() && self.bindings.iter().any(open)
    }

    /// Replaces the policy.
    pub(super) fn set_bindings(&mut self, bindings: Vec<Binding>) -> Result<(), Failure> {
        let public = |member: &String| matches!(member.as_str(), "allUsers" | "allAuthenticatedUsers");
        if self.prevents_public_access() && bindings.iter().flat_map(|binding| &binding.members).any(public) {
            return Err(Failure::new(
                Kind::Precondition,
                "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.",
            ));
        }
        self.bindings = bindings;
        Ok(())
    }

    fn prevents_public_access(&self) -> bool {
        self.settings
            .get("iamConfiguration")
            .and_then(|iam| iam.get("publicAccessPrevention")?.as_str())
            == Some("enforced")
    }

    pub(super) fn etag(&self) -> String {
        BASE64_STANDARD.encode(self.metageneration.to_string())
    }

    /// The resource as the JSON API shows it.
    pub(super) fn json(&self, base: &str) -> Value {
        let name = &self.name;
        let mut value = json!({
            "kind": "storage#bucket",
            "id": name,
            "selfLink": format!("{base}/storage/v1/b/{name}"),
            "name": name,
            "projectNumber": project_number(&self.project),
            "generation": self.created.to_string(),
            "metageneration": self.metageneration.to_string(),
            "location": self.location,
            "locationType": location_type(&self.location),
            "storageClass": self.storage_class,
            "etag": self.etag(),
            "timeCreated": time::rfc3339(self.created),
            "updated": time::rfc3339(self.updated),
        });
        if let Some(fields) = value.as_object_mut() {
            fields.extend(self.settings.clone());
        }
        let prevention = if self.prevents_public_access() {
            "enforced"
        } else {
            "inherited"
        };
        value["iamConfiguration"] = json!({
            "bucketPolicyOnly": {"enabled": true},
            "uniformBucketLevelAccess": {"enabled": true},
            "publicAccessPrevention": prevention,
        });
        value["softDeletePolicy"] = json!({"retentionDurationSeconds": "0"});
        value
    }

    /// The policy as the JSON API shows it.
    pub(super) fn policy(&self) -> Value {
        json!({
            "kind": "storage#policy",
            "resourceId": format!("projects/_/buckets/{}", self.name),
            "version": 1,
            "etag": self.etag(),
            "bindings": self.bindings,
        })
    }
}

fn patched(
    settings: &Map<String, Value>,
    fields: &Map<String, Value>,
) -> Result<Map<String, Value>, Failure> {
    let mut settings = settings.clone();
    for (name, value) in fields {
        match (name.as_str(), value) {
            (name, Value::Null) => drop(settings.remove(name)),
            ("labels", Value::Object(changed)) => merge_labels(&mut settings, changed),
            (name, value) if KEPT.contains(&name) => {
                check_setting(name, value)?;
                settings.insert(name.to_owned(), value.clone());
            }
            (name, _) if WITHOUT_MEANING.contains(&name) || name == "storageClass" => {}
            (name, value) if means_nothing(name, value) => {}
            (name, _) => return Err(Failure::not_implemented(&format!("bucket field `{name}`"))),
        }
    }
    Ok(settings)
}

/// Refuses what a setting cannot be.
fn check_setting(name: &str, value: &Value) -> Result<(), Failure> {
    match name {
        "cors" => super::cors::check(value),
        "lifecycle" => super::lifecycle::check(value),
        "iamConfiguration" => {
            let uniform = ["uniformBucketLevelAccess", "bucketPolicyOnly"];
            let off = |field: &&str| value.pointer(&format!("/{field}/enabled")) == Some(&Value::Bool(false));
            match uniform.iter().find(|field| off(field)) {
                Some(_) => Err(Failure::not_implemented(
                    "access control lists: every bucket has uniform bucket-level access",
                )),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// What is off anyhow: nothing is deleted softly, no retention, no hold by default.
fn means_nothing(name: &str, value: &Value) -> bool {
    let off = *value == Value::Bool(false) || value.get("enabled") == Some(&Value::Bool(false));
    let seconds = value.get("retentionDurationSeconds");
    let softly = seconds.is_none_or(|seconds| *seconds == json!("0") || *seconds == json!(0));
    off || (name == "softDeletePolicy" && softly)
}

fn merge_labels(settings: &mut Map<String, Value>, changed: &Map<String, Value>) {
    let labels = settings.entry("labels").or_insert_with(|| json!({}));
    if let Some(labels) = labels.as_object_mut() {
        for (key, value) in changed {
            match value {
                Value::Null => drop(labels.remove(key)),
                value => drop(labels.insert(key.clone(), value.clone())),
            }
        }
    }
}

/// The storage class that a resource names.
fn class(fields: &Map<String, Value>) -> Result<Option<String>, Failure> {
    let class = fields.get("storageClass").and_then(Value::as_str);
    class
        .map(|class| super::attributes::check_class(class).map(|()| class.to_owned()))
        .transpose()
}

/// A number that follows from the project's name.
fn project_number(project: &str) -> String {
    let hash = digest::digest(&digest::SHA256, project.as_bytes());
    let number = hash
        .as_ref()
        .iter()
        .take(8)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    (100_000_000_000 + number % 900_000_000_000).to_string()
}

fn location_type(location: &str) -> &'static str {
    match location {
        "US" | "EU" | "ASIA" => "multi-region",
        "NAM4" | "EUR4" | "EUR5" | "EUR7" | "EUR8" | "ASIA1" => "dual-region",
        _ => "region",
    }
}

/// Reads the body of a `setIamPolicy`.
pub(super) fn bindings(fields: &Map<String, Value>) -> Result<Vec<Binding>, Failure> {
    let list = fields
        .get("bindings")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if list.iter().any(|binding| {
        binding
            .get("condition")
            .is_some_and(|condition| !condition.is_null())
    }) {
        return Err(Failure::not_implemented("condition in a policy"));
    }
    serde_json::from_value(Value::Array(list)).map_err(|error| Failure::invalid(error.to_string()))
}

/// The rules for names (<https://cloud.google.com/storage/docs/buckets#naming>).
fn check_name(name: &str) -> Result<(), Failure> {
    let edges =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let inner = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte));
    let fits = (3..=222).contains(&name.len()) && name.split('.').all(|part| (1..=63).contains(&part.len()));
    let good = inner
        && fits
        && edges(name.bytes().next())
        && edges(name.bytes().last())
        && !name.starts_with("goog");
    if good {
        Ok(())
    } else {
        Err(Failure::invalid(format!("Invalid bucket name: '{name}'")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(fields: &Value) -> Result<Bucket, Failure> {
        Bucket::new("demo", fields.as_object().unwrap(), 1)
    }

    #[test]
    fn all_users_as_viewers_make_it_readable_unless_that_is_prevented() {
        let everyone = || {
            vec![Binding {
                role: "roles/storage.objectViewer".into(),
                members: vec!["allUsers".into()],
            }]
        };
        let mut open = bucket(&json!({"name": "media"})).unwrap();
        assert!(!open.world_readable());
        open.set_bindings(everyone()).unwrap();
        assert!(open.world_readable());
        open.set_bindings(vec![Binding {
            role: "roles/storage.objectCreator".into(),
            members: vec!["allUsers".into()],
        }])
        .unwrap();
        assert!(!open.world_readable());
        let closed = json!({"name": "raw-video", "iamConfiguration": {"publicAccessPrevention": "enforced"}});
        assert_eq!(
            bucket(&closed)
                .unwrap()
                .set_bindings(everyone())
                .unwrap_err()
                .kind,
            Kind::Precondition
        );
    }

    #[test]
    fn settings_are_kept_refused_or_removed() {
        let mut made =
            bucket(&json!({"name": "media", "cors": [{"origin": ["*"]}], "versioning": {"enabled": false}}))
                .unwrap();
        assert!(!made.versions());
        assert_eq!(made.json("")["cors"][0]["origin"][0], "*");
        made.patch(json!({"cors": null, "labels": {"a": "b"}}).as_object().unwrap())
            .unwrap();
        assert_eq!(
            (made.json("").get("cors"), &made.json("")["labels"]["a"]),
            (None, &json!("b"))
        );
        made.patch(
            json!({"labels": {"a": null, "c": "d"}, "versioning": {"enabled": true}})
                .as_object()
                .unwrap(),
        )
        .unwrap();
        assert_eq!(
            (made.versions(), &made.json("")["labels"]),
            (true, &json!({"c": "d"}))
        );
        for refused in [
            json!({"name": "media", "retentionPolicy": {"retentionPeriod": "5"}}),
            json!({"name": "media", "softDeletePolicy": {"retentionDurationSeconds": "604800"}}),
            json!({"name": "media", "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": false}}}),
        ] {
            assert_eq!(
                bucket(&refused).unwrap_err().kind,
                Kind::NotImplemented,
                "{refused}"
            );
        }
        for wrong in [
            json!({"name": "media", "storageClass": "COOL"}),
            json!({"name": "media", "cors": {"origin": "*"}}),
            json!({"name": "media", "lifecycle": {"rule": [{"action": {"type": "Burn"}, "condition": {"age": 1}}]}}),
        ] {
            assert_eq!(bucket(&wrong).unwrap_err().kind, Kind::Invalid, "{wrong}");
        }
    }

    #[test]
    fn names_have_their_rules() {
        for (name, good) in [
            ("media", true),
            ("a.b-c_1", true),
            ("ab", false),
            ("Media", false),
            ("-media", false),
            ("google", false),
            ("a..b", false),
        ] {
            assert_eq!(bucket(&json!({"name": name})).is_ok(), good, "{name}");
        }
    }
}
