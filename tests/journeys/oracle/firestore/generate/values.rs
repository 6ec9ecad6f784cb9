//! Values and documents: few enough to meet again, odd enough to find the edges.

use crate::oracle::chance::Chance;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{ArrayValue, Document, DocumentMask, MapValue, Value};
use gcloud_sdk::google::r#type::LatLng;
use prost_types::Timestamp;
use std::collections::HashMap;

/// Names of fields as paths write them.
pub(super) const PATHS: [&str; 8] = ["a", "b", "c", "m", "m.x", "m.y", "`odd.name`", "l"];
const FIELDS: [&str; 6] = ["a", "b", "c", "m", "odd.name", "l"];

pub(super) fn typed(kind: ValueType) -> Value {
    Value {
        value_type: Some(kind),
    }
}

pub(super) fn integer(number: i64) -> Value {
    typed(ValueType::IntegerValue(number))
}

/// Any value that can be stored; arrays and maps only down to `depth`.
pub(super) fn value(chance: &mut Chance, depth: usize, root: &str) -> Value {
    let kinds = if depth == 0 { 9 } else { 12 };
    typed(match chance.below(kinds) {
        0 => ValueType::NullValue(0),
        1 => ValueType::BooleanValue(chance.one_in(2)),
        2 | 3 => return number(chance),
        4 | 5 => ValueType::StringValue(
            chance
                .of_these(&["", "a", "b", "B", "ä", "a\u{0}", "\u{ffff}", "\u{1f600}", "ab"])
                .to_owned(),
        ),
        6 => ValueType::TimestampValue(Timestamp {
            seconds: chance.of_these(&[0, 1, -5]),
            nanos: chance.of_these(&[0, 1000, 1999, 999_999_999]),
        }),
        7 => ValueType::BytesValue(chance.of_these(&[&b""[..], b"\x00", b"a", b"a\xff"]).to_vec()),
        8 => match chance.below(2) {
            0 => ValueType::ReferenceValue(format!(
                "{root}/{}",
                chance.of_these(&["a/1", "a/2", "b/__id7__", "b/1/a/1"])
            )),
            _ => ValueType::GeoPointValue(LatLng {
                latitude: chance.of_these(&[0.0, -0.0, 90.0]),
                longitude: chance.of_these(&[0.0, 180.0]),
            }),
        },
        9 | 10 => {
            let values = chance.some(0, 3, |chance| flat(chance, root));
            ValueType::ArrayValue(ArrayValue { values })
        }
        _ => {
            let fields = chance.some(0, 2, |chance| {
                (
                    chance.of_these(&["x", "y"]).to_owned(),
                    value(chance, depth - 1, root),
                )
            });
            ValueType::MapValue(MapValue {
                fields: fields.into_iter().collect(),
            })
        }
    })
}

/// A value that an array can hold.
pub(super) fn flat(chance: &mut Chance, root: &str) -> Value {
    value(chance, 0, root)
}

pub(super) fn number(chance: &mut Chance) -> Value {
    typed(match chance.below(3) {
        0 => ValueType::IntegerValue(chance.of_these(&[0, 1, 2, -1, i64::MAX, i64::MIN, (1 << 53) + 1])),
        1 => ValueType::IntegerValue(chance.of_these(&[0, 1, 2, 3])),
        _ => ValueType::DoubleValue(chance.of_these(&[
            0.0,
            -0.0,
            1.0,
            1.5,
            -1.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            9_007_199_254_740_992.0,
            1e300,
        ])),
    })
}

/// What must not be stored, or only just may.
fn odd(chance: &mut Chance) -> (String, Value) {
    let nested = |depth: usize| {
        (0..depth).fold(integer(1), |inner, _| {
            typed(ValueType::MapValue(MapValue {
                fields: HashMap::from([("x".to_owned(), inner)]),
            }))
        })
    };
    let text = |length: usize| typed(ValueType::StringValue("x".repeat(length)));
    match chance.below(14) {
        0 => (String::new(), integer(1)),
        1 => ("__a__".to_owned(), integer(1)),
        2 => ("__a".to_owned(), integer(1)),
        3 => ("f".repeat(chance.of_these(&[1500, 1501])), integer(1)),
        4 => ("a".to_owned(), nested(chance.of_these(&[19, 20, 21]))),
        5 => ("a".to_owned(), Value::default()),
        6 => {
            let inner = typed(ValueType::ArrayValue(ArrayValue {
                values: vec![integer(1)],
            }));
            (
                "a".to_owned(),
                typed(ValueType::ArrayValue(ArrayValue { values: vec![inner] })),
            )
        }
        7 => (
            "a".to_owned(),
            text(chance.of_these(&[1_048_487, 1_048_488, 1_048_400, 1_048_576])),
        ),
        8 => (
            "a".to_owned(),
            typed(ValueType::GeoPointValue(LatLng {
                latitude: 91.0,
                longitude: 0.0,
            })),
        ),
        9 => (
            "a".to_owned(),
            typed(ValueType::TimestampValue(Timestamp {
                seconds: chance.of_these(&[
                    253_402_300_799,
                    253_402_300_800,
                    -62_135_596_800,
                    -62_135_596_801,
                ]),
                nanos: 0,
            })),
        ),
        10 => (
            "a".to_owned(),
            typed(ValueType::TimestampValue(Timestamp {
                seconds: 0,
                nanos: chance.of_these(&[-1, 1_000_000_000]),
            })),
        ),
        11 => (
            "a".to_owned(),
            typed(ValueType::ReferenceValue(
                chance
                    .of_these(&[
                        "a/1",
                        "projects/p/databases/(default)/documents/a",
                        "projects/p/databases/(default)/documents/a/1",
                    ])
                    .to_owned(),
            )),
        ),
        12 => ("a.b".to_owned(), integer(1)),
        _ => (
            "m".to_owned(),
            typed(ValueType::MapValue(MapValue {
                fields: HashMap::from([("__x__".to_owned(), integer(1))]),
            })),
        ),
    }
}

/// A document of that name.
pub(super) fn document(chance: &mut Chance, name: String, root: &str) -> Document {
    let fields: HashMap<String, Value> = chance
        .some(0, 4, |chance| {
            (chance.of_these(&FIELDS).to_owned(), value(chance, 2, root))
        })
        .into_iter()
        .collect();
    Document {
        name,
        fields,
        ..Document::default()
    }
}

/// A document with one thing that must not be, or only just may.
pub(super) fn odd_document(chance: &mut Chance, name: String, root: &str) -> Document {
    let mut document = document(chance, name, root);
    document.fields.extend([odd(chance)]);
    document
}

/// A mask, or none.
pub(super) fn mask(chance: &mut Chance) -> Option<DocumentMask> {
    let path = |chance: &mut Chance| {
        if chance.one_in(15) {
            chance
                .of_these(&["", "a..b", "1a", "`", "a.b.c", "`a", "m.`x`", "*"])
                .to_owned()
        } else {
            chance.of_these(&PATHS).to_owned()
        }
    };
    chance.maybe(3, |chance| DocumentMask {
        field_paths: chance.some(0, 3, path),
    })
}
