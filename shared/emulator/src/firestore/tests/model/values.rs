//! Values as the model has them.

use crate::firestore::time::{micros, timestamp};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{ArrayValue, MapValue, Value};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A value.
#[derive(Debug, Clone)]
pub(super) enum V {
    Null,
    Integer(i64),
    Double(f64),
    Text(String),
    /// Microseconds since 1970.
    Time(i64),
    Array(Vec<V>),
    Map(BTreeMap<String, V>),
}

/// The same to the bit: what is stored.
impl PartialEq for V {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Integer(a), Self::Integer(b)) | (Self::Time(a), Self::Time(b)) => a == b,
            (Self::Double(a), Self::Double(b)) => a.to_bits() == b.to_bits(),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl V {
    /// Equal as filters and arrays understand it: numbers by what they are worth.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Map(a), Self::Map(b)) => {
                let mut pairs = a.iter().zip(b);
                a.len() == b.len() && pairs.all(|((k, a), (l, b))| k == l && a.is_alike(b))
            }
            (a, b) => a == b || a.worth(b).is_some_and(Ordering::is_eq) || (a.is_nan() && b.is_nan()),
        }
    }

    pub(super) fn is_nan(&self) -> bool {
        matches!(self, Self::Double(double) if double.is_nan())
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Double(_))
    }

    /// How two numbers, none of them NaN, compare.
    pub(super) fn worth(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(b)),
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(b),
            (Self::Integer(a), Self::Double(b)) => against(*a, *b),
            (Self::Double(a), Self::Integer(b)) => against(*b, *a).map(Ordering::reverse),
            _ => None,
        }
    }

    pub(super) fn of(value: &Value) -> Self {
        match value.value_type.as_ref().unwrap() {
            ValueType::NullValue(_) => Self::Null,
            ValueType::IntegerValue(integer) => Self::Integer(*integer),
            ValueType::DoubleValue(double) => Self::Double(*double),
            ValueType::StringValue(text) => Self::Text(text.clone()),
            ValueType::TimestampValue(time) => Self::Time(micros(time)),
            ValueType::ArrayValue(array) => Self::Array(array.values.iter().map(Self::of).collect()),
            ValueType::MapValue(map) => Self::Map(
                map.fields
                    .iter()
                    .map(|(name, value)| (name.clone(), Self::of(value)))
                    .collect(),
            ),
            other => unreachable!("{other:?}"),
        }
    }

    pub(super) fn proto(&self) -> Value {
        Value {
            value_type: Some(match self {
                Self::Null => ValueType::NullValue(0),
                Self::Integer(integer) => ValueType::IntegerValue(*integer),
                Self::Double(double) => ValueType::DoubleValue(*double),
                Self::Text(text) => ValueType::StringValue(text.clone()),
                Self::Time(micros) => ValueType::TimestampValue(timestamp(*micros)),
                Self::Array(values) => ValueType::ArrayValue(protos(values)),
                Self::Map(fields) => ValueType::MapValue(MapValue {
                    fields: fields
                        .iter()
                        .map(|(name, value)| (name.clone(), value.proto()))
                        .collect(),
                }),
            }),
        }
    }
}

/// Elements of an array.
pub(super) fn protos(values: &[V]) -> ArrayValue {
    ArrayValue {
        values: values.iter().map(V::proto).collect(),
    }
}

/// An integer against a double, exactly: a double's whole part below 2^63 is an integer, and its fraction decides what is left.
fn against(integer: i64, double: f64) -> Option<Ordering> {
    let limit = 9_223_372_036_854_775_808.0;
    if double.is_nan() {
        return None;
    }
    if double >= limit {
        return Some(Ordering::Less);
    }
    if double < -limit {
        return Some(Ordering::Greater);
    }
    #[expect(clippy::cast_possible_truncation, reason = "it lies within the range")]
    let whole = double.trunc() as i64;
    let fraction = 0.0_f64.partial_cmp(&double.fract())?;
    Some(integer.cmp(&whole).then(fraction))
}
