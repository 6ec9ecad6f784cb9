//! Resources in the form of `google/storage/v2/storage.proto`.

use crate::storage::bucket::Bucket;
use crate::storage::failure::Failure;
use crate::storage::object::Object;
use crate::storage::time::{from_rfc3339, rfc3339};
use gcloud_sdk::google::storage::v2 as api;
use serde_json::{Map, Value, json};

pub(super) fn time(micros: i64) -> prost_types::Timestamp {
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos,
    }
}

pub(super) fn object(object: &Object) -> api::Object {
    let attributes = object.attributes.clone();
    let sums = api::ObjectChecksums {
        crc32c: Some(object.sums.crc32c),
        md5_hash: object.sums.md5.map(|md5| md5.to_vec()).unwrap_or_default(),
    };
    api::Object {
        name: object.name.clone(),
        bucket: format!("projects/_/buckets/{}", object.bucket),
        etag: object.etag(),
        generation: object.generation,
        metageneration: object.metageneration,
        storage_class: object.storage_class().to_owned(),
        size: i64::try_from(object.size).unwrap_or(i64::MAX),
        content_encoding: attributes.content_encoding.unwrap_or_default(),
        content_disposition: attributes.content_disposition.unwrap_or_default(),
        cache_control: attributes.cache_control.unwrap_or_default(),
        content_language: attributes.content_language.unwrap_or_default(),
        content_type: object.content_type().to_owned(),
        metadata: attributes.metadata.into_iter().collect(),
        checksums: Some(sums),
        component_count: object
            .components
            .map_or(0, |count| i32::try_from(count).unwrap_or(i32::MAX)),
        create_time: Some(time(object.created)),
        finalize_time: Some(time(object.created)),
        update_time: Some(time(object.updated)),
        update_storage_class_time: Some(time(object.class_changed.unwrap_or(object.created))),
        delete_time: object.deleted.map(time),
        temporary_hold: attributes.temporary_hold.unwrap_or(false),
        event_based_hold: attributes.event_based_hold,
        custom_time: attributes.custom_time.as_deref().and_then(from_rfc3339).map(time),
        ..api::Object::default()
    }
}

/// The fields of an object that can be written, in JSON. What is empty is left out.
pub(super) fn written(object: &api::Object) -> Result<Map<String, Value>, Failure> {
    let custom_time = object.custom_time.as_ref().map(|time| {
        let micros = time.seconds.saturating_mul(1_000_000) + i64::from(time.nanos / 1000);
        rfc3339(micros)
    });
    for (set, what) in [
        (!object.acl.is_empty(), "access control lists"),
        (!object.kms_key.is_empty(), "customer-managed encryption keys"),
        (object.retention.is_some(), "object retention"),
        (object.contexts.is_some(), "object contexts"),
        (
            object.customer_encryption.is_some(),
            "customer-supplied encryption keys",
        ),
    ] {
        super::refuse(set, what)?;
    }
    let texts = [
        ("contentType", &object.content_type),
        ("contentEncoding", &object.content_encoding),
        ("contentDisposition", &object.content_disposition),
        ("contentLanguage", &object.content_language),
        ("cacheControl", &object.cache_control),
        ("storageClass", &object.storage_class),
    ];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let mut fields: Map<String, Value> = texts
        .map(|(name, text)| (name.to_owned(), Value::String(text.clone())))
        .collect();
    if !object.metadata.is_empty() {
        fields.insert("metadata".to_owned(), json!(object.metadata));
    }
    if object.temporary_hold {
        fields.insert("temporaryHold".to_owned(), true.into());
    }
    if let Some(hold) = object.event_based_hold {
        fields.insert("eventBasedHold".to_owned(), hold.into());
    }
    if let Some(time) = custom_time {
        fields.insert("customTime".to_owned(), time.into());
    }
    Ok(fields)
}

/// The changes that a mask names, as a PATCH in JSON: what it names and `fields` has not is removed.
pub(super) fn masked(
    fields: &Map<String, Value>,
    paths: &[String],
    every: &[&str],
) -> Result<Map<String, Value>, Failure> {
    let mut changes = Map::new();
    let all = paths.iter().any(|path| path == "*");
    let every: Vec<String> = every.iter().map(|name| (*name).to_owned()).collect();
    for path in if all { &every } else { paths } {
        let (name, key) = match path.split_once('.') {
            Some((name, key)) => (camel(name), Some(key.trim_matches('`'))),
            None => (camel(path), None),
        };
        if !every.iter().any(|known| camel(known) == name) {
            return Err(Failure::invalid(format!("Invalid update_mask path: {path}")));
        }
        let value = fields.get(&name).cloned();
        match key {
            None => {
                // A map is replaced, not merged: what stood in it goes first.
                changes.insert(name, value.unwrap_or(Value::Null));
            }
            Some(key) => {
                let value = value.and_then(|map| map.get(key).cloned()).unwrap_or(Value::Null);
                let map = changes.entry(name).or_insert_with(|| json!({}));
                if let Some(map) = map.as_object_mut() {
                    map.insert(key.to_owned(), value);
                }
            }
        }
    }
    Ok(changes)
}

/// `content_type` as `contentType`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut chars = word.chars();
        out.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}

pub(super) fn bucket(bucket: &Bucket) -> api::Bucket {
    let labels = bucket.settings.get("labels").cloned().unwrap_or_default();
    let versioning = api::bucket::Versioning {
        enabled: bucket.versions(),
    };
    api::Bucket {
        name: format!("projects/_/buckets/{}", bucket.name),
        bucket_id: bucket.name.clone(),
        etag: bucket.etag(),
        project: format!("projects/{}", bucket.project),
        metageneration: bucket.metageneration,
        location: bucket.location.clone(),
        storage_class: bucket.storage_class.clone(),
        labels: serde_json::from_value(labels).unwrap_or_default(),
        versioning: bucket.settings.contains_key("versioning").then_some(versioning),
        create_time: Some(time(bucket.created)),
        update_time: Some(time(bucket.updated)),
        ..api::Bucket::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_names_what_changes() {
        let object = api::Object {
            content_type: "a/b".to_owned(),
            metadata: [("k".to_owned(), "v".to_owned())].into(),
            ..api::Object::default()
        };
        let fields = written(&object).unwrap();
        let mask = |paths: &[&str]| {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            masked(&fields, &paths, &["content_type", "cache_control", "metadata"]).map(Value::Object)
        };
        assert_eq!(
            mask(&["content_type", "cache_control"]).unwrap(),
            json!({"contentType": "a/b", "cacheControl": null})
        );
        assert_eq!(
            mask(&["metadata.k", "metadata.x"]).unwrap(),
            json!({"metadata": {"k": "v", "x": null}})
        );
        assert_eq!(
            mask(&["*"]).unwrap(),
            json!({"contentType": "a/b", "cacheControl": null, "metadata": {"k": "v"}})
        );
        assert!(mask(&["size"]).is_err());
    }
}
