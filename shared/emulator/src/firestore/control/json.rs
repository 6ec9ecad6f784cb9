//! Documents in the JSON form of Firestore's REST API (<https://firebase.google.com/docs/firestore/reference/rest/v1/Value>).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, Value as Stored};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// A document.
pub(super) fn document(document: &Document) -> Value {
    json!({
        "name": document.name,
        "fields": fields(&document.fields),
        "createTime": document.create_time.as_ref().map(time),
        "updateTime": document.update_time.as_ref().map(time),
    })
}

fn fields(fields: &HashMap<String, Stored>) -> Map<String, Value> {
    let mut sorted: Vec<(&String, &Stored)> = fields.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    let shown = |(name, field): (&String, &Stored)| (name.clone(), value(field));
    sorted.into_iter().map(shown).collect()
}

fn value(stored: &Stored) -> Value {
    match &stored.value_type {
        None | Some(ValueType::NullValue(_)) => json!({"nullValue": null}),
        Some(ValueType::BooleanValue(value)) => json!({"booleanValue": value}),
        Some(ValueType::IntegerValue(value)) => json!({"integerValue": value.to_string()}),
        Some(ValueType::DoubleValue(value)) if value.is_finite() => json!({"doubleValue": value}),
        Some(ValueType::DoubleValue(value)) if value.is_nan() => json!({"doubleValue": "NaN"}),
        Some(ValueType::DoubleValue(value)) => {
            json!({"doubleValue": if *value > 0.0 { "Infinity" } else { "-Infinity" }})
        }
        Some(ValueType::TimestampValue(value)) => json!({"timestampValue": time(value)}),
        Some(ValueType::StringValue(value)) => json!({"stringValue": value}),
        Some(ValueType::BytesValue(value)) => json!({"bytesValue": BASE64_STANDARD.encode(value)}),
        Some(ValueType::ReferenceValue(value)) => json!({"referenceValue": value}),
        Some(ValueType::GeoPointValue(value)) => {
            json!({"geoPointValue": {"latitude": value.latitude, "longitude": value.longitude}})
        }
        Some(ValueType::ArrayValue(list)) => {
            json!({"arrayValue": {"values": list.values.iter().map(value).collect::<Vec<_>>()}})
        }
        Some(ValueType::MapValue(map)) => json!({"mapValue": {"fields": fields(&map.fields)}}),
        Some(other) => json!({"unknownValue": format!("{other:?}")}),
    }
}

fn time(time: &prost_types::Timestamp) -> String {
    let read = Timestamp::new(time.seconds, time.nanos).unwrap_or_default();
    format!("{read:.6}")
}
