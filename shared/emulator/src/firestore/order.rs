//! The order of values, across types, as queries sort them.
//!
//! Source: <https://cloud.google.com/firestore/docs/concepts/data-types#value_type_ordering>. Equal in this order is equal for filters:
//! 1 is 1.0, and NaN is NaN.

use super::name;
use super::path::Fields;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{MapValue, Value};
use std::cmp::Ordering;

/// Compares two values; total, also for NaN.
pub(crate) fn compare(left: &Value, right: &Value) -> Ordering {
    use ValueType as V;
    let (Some(a), Some(b)) = (&left.value_type, &right.value_type) else {
        return left.value_type.is_some().cmp(&right.value_type.is_some());
    };
    match (a, b) {
        (V::BooleanValue(a), V::BooleanValue(b)) => a.cmp(b),
        (V::IntegerValue(a), V::IntegerValue(b)) => a.cmp(b),
        (V::DoubleValue(a), V::DoubleValue(b)) => doubles(*a, *b),
        (V::IntegerValue(a), V::DoubleValue(b)) => integer_and_double(*a, *b),
        (V::DoubleValue(a), V::IntegerValue(b)) => integer_and_double(*b, *a).reverse(),
        (V::TimestampValue(a), V::TimestampValue(b)) => (a.seconds, a.nanos).cmp(&(b.seconds, b.nanos)),
        (V::StringValue(a), V::StringValue(b)) => a.as_bytes().cmp(b.as_bytes()),
        (V::BytesValue(a), V::BytesValue(b)) => a.cmp(b),
        (V::ReferenceValue(a), V::ReferenceValue(b)) => name::compare(a, b),
        (V::GeoPointValue(a), V::GeoPointValue(b)) => {
            doubles(a.latitude, b.latitude).then_with(|| doubles(a.longitude, b.longitude))
        }
        (V::ArrayValue(a), V::ArrayValue(b)) => lists(&a.values, &b.values),
        (V::MapValue(a), V::MapValue(b)) => match (vector(a), vector(b)) {
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| lists(a, b)),
            (None, None) => maps(&a.fields, &b.fields),
            _ => class(left).cmp(&class(right)),
        },
        _ => class(left).cmp(&class(right)),
    }
}

/// Where a value's type stands among the types; numbers of both kinds are one type. Inequalities match only within it.
pub(crate) fn class(value: &Value) -> u8 {
    match &value.value_type {
        None => 0,
        Some(ValueType::NullValue(_)) => 1,
        Some(ValueType::BooleanValue(_)) => 2,
        Some(ValueType::IntegerValue(_) | ValueType::DoubleValue(_)) => 3,
        Some(ValueType::TimestampValue(_)) => 4,
        Some(ValueType::StringValue(_)) => 5,
        Some(ValueType::BytesValue(_)) => 6,
        Some(ValueType::ReferenceValue(_)) => 7,
        Some(ValueType::GeoPointValue(_)) => 8,
        Some(ValueType::ArrayValue(_)) => 9,
        Some(ValueType::MapValue(map)) => 10 + u8::from(vector(map).is_none()),
        Some(_) => 12, // parts of pipelines: never stored
    }
}

/// Whether the value is null.
pub(crate) fn is_null(value: &Value) -> bool {
    matches!(value.value_type, Some(ValueType::NullValue(_)))
}

/// Whether the value is the double that is no number.
pub(crate) fn is_nan(value: &Value) -> bool {
    matches!(value.value_type, Some(ValueType::DoubleValue(double)) if double.is_nan())
}

/// The numbers of a vector, which is stored as a map of the type `__vector__`.
pub(crate) fn vector(map: &MapValue) -> Option<&[Value]> {
    match map.fields.get("__type__")?.value_type.as_ref()? {
        ValueType::StringValue(kind) if kind == "__vector__" => {}
        _ => return None,
    }
    match map.fields.get("value")?.value_type.as_ref()? {
        ValueType::ArrayValue(array) => Some(&array.values),
        _ => None,
    }
}

/// NaN first, both zeros equal.
fn doubles(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

/// By exact value: no integer is rounded to a double.
fn integer_and_double(integer: i64, double: f64) -> Ordering {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    if double.is_nan() || double < -TWO_TO_63 {
        return Ordering::Greater;
    }
    if double >= TWO_TO_63 {
        return Ordering::Less;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the whole part fits: the range was checked above"
    )]
    let whole = double.trunc() as i64;
    integer.cmp(&whole).then_with(|| doubles(0.0, double.fract()))
}

fn lists(a: &[Value], b: &[Value]) -> Ordering {
    let first = a
        .iter()
        .zip(b)
        .map(|(a, b)| compare(a, b))
        .find(|order| order.is_ne());
    first.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn maps(a: &Fields, b: &Fields) -> Ordering {
    let (a, b) = (sorted(a), sorted(b));
    let pairs = a
        .iter()
        .zip(&b)
        .map(|((ka, va), (kb, vb))| ka.cmp(kb).then_with(|| compare(va, vb)));
    pairs
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn sorted(fields: &Fields) -> Vec<(&[u8], &Value)> {
    let mut pairs: Vec<_> = fields
        .iter()
        .map(|(key, value)| (key.as_bytes(), value))
        .collect();
    pairs.sort_unstable_by_key(|(key, _)| *key);
    pairs
}
