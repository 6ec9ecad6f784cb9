//! Sets of keys: which encoded values, or names, pass a condition.

use super::filter::{Test, has_order};
use crate::firestore::key::value::{encoded, tag};
use crate::firestore::key::{TOP, after, complement};
use crate::firestore::order;
use gcloud_sdk::google::firestore::v1::Value;
use gcloud_sdk::google::firestore::v1::value::ValueType;

/// From a key on, up to another.
pub(crate) type Range = (Vec<u8>, Vec<u8>);

/// Ranges in their order, none of which touches the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranges(pub(crate) Vec<Range>);

impl Ranges {
    /// Every key.
    pub(crate) fn all() -> Self {
        Self(vec![(Vec::new(), vec![TOP])])
    }

    /// All that begin so.
    pub(crate) fn at(prefix: Vec<u8>) -> Self {
        Self(vec![(prefix.clone(), after(prefix))])
    }

    /// Those in one range; none if it is empty.
    pub(crate) fn between(from: Vec<u8>, to: Vec<u8>) -> Self {
        Self(if from < to { vec![(from, to)] } else { Vec::new() })
    }

    /// Every key that does not begin with one of these.
    pub(crate) fn around(mut prefixes: Vec<Vec<u8>>) -> Self {
        prefixes.sort_unstable();
        let mut ranges = Vec::new();
        let mut from = Vec::new();
        for prefix in prefixes {
            if from < prefix {
                ranges.push((from, prefix.clone()));
            }
            from = after(prefix);
        }
        ranges.push((from, vec![TOP]));
        Self(ranges)
    }

    /// Those in both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let both = |(from, to): &Range| {
            let (from, to) = (from.clone(), to.clone());
            other.0.iter().filter_map(move |(start, end)| {
                let (from, to) = (from.clone().max(start.clone()), to.clone().min(end.clone()));
                (from < to).then_some((from, to))
            })
        };
        Self(self.0.iter().flat_map(both).collect())
    }

    /// Whether a whole key is in one.
    pub(crate) fn contain(&self, key: &[u8]) -> bool {
        self.0
            .iter()
            .any(|(from, to)| from.as_slice() <= key && key < to.as_slice())
    }

    /// The same keys complemented, in their order then.
    pub(crate) fn directed(self, descending: bool) -> Self {
        if !descending {
            return self;
        }
        Self(self.0.into_iter().rev().map(turned).collect())
    }
}

/// The range of the complements of all keys in a range; no bound may be longer than a key that it begins with.
pub(crate) fn turned((from, to): Range) -> Range {
    let turn = |mut bound: Vec<u8>| {
        complement(&mut bound);
        after(bound)
    };
    (turn(to), turn(from))
}

/// The values that pass a test on values, but for those that look into arrays.
pub(crate) fn of_values(test: &Test) -> Ranges {
    let null = || encoded(&value(ValueType::NullValue(0)));
    let nan = || encoded(&value(ValueType::DoubleValue(f64::NAN)));
    let comparable = |others: &[Value]| {
        others
            .iter()
            .filter(|other| has_order(other))
            .map(encoded)
            .collect::<Vec<_>>()
    };
    let type_of = |other: &Value| {
        let first = tag(order::class(other));
        let least = if vec![first] == nan()[..1] {
            after(nan())
        } else {
            vec![first]
        };
        (least, vec![first + 1])
    };
    match test {
        Test::IsNull => Ranges::at(null()),
        Test::IsNan => Ranges::at(nan()),
        Test::IsNotNull => Ranges::around(vec![null()]),
        Test::IsNotNan => Ranges::around(vec![null(), nan()]),
        Test::Equal(other) if has_order(other) => Ranges::at(encoded(other)),
        Test::NotEqual(other) if order::is_null(other) => Ranges(Vec::new()),
        Test::NotEqual(other) => without(null(), comparable(std::slice::from_ref(other))),
        Test::NotIn(others) if others.iter().any(order::is_null) => Ranges(Vec::new()),
        Test::NotIn(others) => without(null(), comparable(others)),
        Test::Less(other) if has_order(other) => Ranges::between(type_of(other).0, encoded(other)),
        Test::LessOrEqual(other) if has_order(other) => {
            Ranges::between(type_of(other).0, after(encoded(other)))
        }
        Test::Greater(other) if has_order(other) => Ranges::between(after(encoded(other)), type_of(other).1),
        Test::GreaterOrEqual(other) if has_order(other) => Ranges::between(encoded(other), type_of(other).1),
        _ => Ranges(Vec::new()),
    }
}

fn without(null: Vec<u8>, mut others: Vec<Vec<u8>>) -> Ranges {
    others.push(null);
    Ranges::around(others)
}

fn value(kind: ValueType) -> Value {
    Value {
        value_type: Some(kind),
    }
}
