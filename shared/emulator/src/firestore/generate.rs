//! Values of all kinds for property tests: few of each kind, so that many are equal or near each other.

use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{ArrayValue, MapValue, Value};
use gcloud_sdk::google::r#type::LatLng;
use proptest::prelude::*;
use std::collections::HashMap;

/// Where the tests' documents are.
pub(crate) const ROOT: &str = "projects/p/databases/(default)/documents";

pub(crate) fn value(kind: ValueType) -> Value {
    Value {
        value_type: Some(kind),
    }
}

pub(crate) fn integer(number: i64) -> Value {
    value(ValueType::IntegerValue(number))
}

pub(crate) fn text(text: &str) -> Value {
    value(ValueType::StringValue(text.to_owned()))
}

pub(crate) fn array(values: Vec<Value>) -> Value {
    value(ValueType::ArrayValue(ArrayValue { values }))
}

pub(crate) fn map(fields: HashMap<String, Value>) -> Value {
    value(ValueType::MapValue(MapValue { fields }))
}

fn number() -> impl Strategy<Value = Value> {
    let doubles = [
        -0.0,
        0.0,
        1.0,
        1.5,
        f64::NAN,
        -f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        9_007_199_254_740_992.0,
        9.3e18,
        -9.3e18,
        9_223_372_036_854_775_808.0,
        f64::MIN_POSITIVE,
    ];
    prop_oneof![
        4 => (-2_i64..3).prop_map(integer),
        1 => (-3_i64..4).prop_map(|near| integer((1 << 53) + near)),
        1 => prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(i64::MAX - 1), any::<i64>()].prop_map(integer),
        3 => proptest::sample::select(doubles.to_vec()).prop_map(|double| value(ValueType::DoubleValue(double))),
        1 => any::<f64>().prop_map(|double| value(ValueType::DoubleValue(double))),
    ]
}

fn vector() -> impl Strategy<Value = Value> {
    proptest::collection::vec(0_u8..3, 1..3).prop_map(|numbers| {
        let numbers = numbers
            .into_iter()
            .map(|number| value(ValueType::DoubleValue(f64::from(number))));
        map(HashMap::from([
            ("__type__".to_owned(), text("__vector__")),
            ("value".to_owned(), array(numbers.collect())),
        ]))
    })
}

fn simple() -> impl Strategy<Value = Value> {
    let time = |(seconds, nanos): (i64, i32)| prost_types::Timestamp {
        seconds,
        nanos: nanos * 1000,
    };
    let point = |(a, b): (u8, u8)| LatLng {
        latitude: f64::from(a) - 1.0,
        longitude: f64::from(b),
    };
    let others = prop_oneof![
        Just(ValueType::NullValue(0)),
        any::<bool>().prop_map(ValueType::BooleanValue),
        (-1_i64..2, 0_i32..2).prop_map(move |parts| ValueType::TimestampValue(time(parts))),
        "[a\u{0}\u{1}é\u{ffff}\u{1f600}]{0,3}".prop_map(ValueType::StringValue),
        proptest::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(255), any::<u8>()], 0..3)
            .prop_map(ValueType::BytesValue),
        "(x|y)/(a|b|__id7__|__id10__|a/x/b)".prop_map(|id| ValueType::ReferenceValue(format!("{ROOT}/{id}"))),
        (0_u8..3, 0_u8..2).prop_map(move |parts| ValueType::GeoPointValue(point(parts))),
    ];
    prop_oneof![3 => number(), 3 => others.prop_map(value), 1 => vector()]
}

/// Any value that can be stored, and some that are nested deeper than that.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    simple().prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(array),
            proptest::collection::hash_map("[ab\u{0}]{1,2}", inner, 0..3).prop_map(map),
        ]
    })
}
