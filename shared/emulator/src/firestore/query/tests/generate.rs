//! Documents and queries of all kinds, few different values in both, so that they meet.

use crate::firestore::generate::{ROOT, any_value, array, integer, value};
use crate::firestore::query::plan::Plan;
use gcloud_sdk::google::firestore::v1::structured_query::composite_filter::Operator as Join;
use gcloud_sdk::google::firestore::v1::structured_query::field_filter::Operator;
use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::unary_filter::{OperandType, Operator as Unary};
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, CompositeFilter, FieldFilter, FieldReference, Filter, Order, UnaryFilter,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Cursor, Document, StructuredQuery, Value};
use proptest::collection::{hash_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const FIELDS: [&str; 4] = ["a", "b", "c", "c.a"];
const NAMES: [&str; 9] = [
    "x/a",
    "x/b",
    "x/__id7__",
    "x/__id10__",
    "a/1/x/a",
    "a/1/x/c",
    "a/1/x/a/x/b",
    "a/2/x/a",
    "y/a",
];

/// Values of which many are equal.
fn small() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (0_i64..3).prop_map(integer),
        1 => Just(value(ValueType::DoubleValue(1.0))),
        1 => Just(value(ValueType::NullValue(0))),
        1 => Just(value(ValueType::DoubleValue(f64::NAN))),
        2 => vec((0_i64..3).prop_map(integer), 0..3).prop_map(array),
        2 => any_value(),
    ]
}

pub(super) fn field(name: &str) -> FieldReference {
    FieldReference {
        field_path: name.to_owned(),
    }
}

pub(super) fn reference(path: &str) -> Value {
    value(ValueType::ReferenceValue(format!("{ROOT}/{path}")))
}

fn name() -> impl Strategy<Value = Value> {
    select(&NAMES[..]).prop_map(reference)
}

/// At most one document of each name.
pub(super) fn documents() -> impl Strategy<Value = Vec<Document>> {
    let fields = hash_map(select(&["a", "b", "c"][..]), small(), 0..4);
    vec(option::weighted(0.8, fields), NAMES.len()).prop_map(|all| {
        let named = all.into_iter().zip(NAMES).filter_map(|(fields, path)| {
            let fields = fields?
                .into_iter()
                .map(|(field, value)| (field.to_owned(), value));
            Some(Document {
                name: format!("{ROOT}/{path}"),
                fields: fields.collect(),
                ..Document::default()
            })
        });
        named.collect()
    })
}

pub(super) fn compare(name: &str, op: Operator, value: Value) -> Filter {
    Filter {
        filter_type: Some(FilterType::FieldFilter(FieldFilter {
            field: Some(field(name)),
            op: op.into(),
            value: Some(value),
        })),
    }
}

fn condition() -> impl Strategy<Value = Filter> {
    use Operator as Op;
    let one = vec![
        Op::Equal,
        Op::Equal,
        Op::Equal,
        Op::ArrayContains,
        Op::ArrayContains,
        Op::GreaterThan,
        Op::GreaterThanOrEqual,
        Op::LessThan,
        Op::LessThanOrEqual,
        Op::NotEqual,
    ];
    let many = vec![Op::In, Op::NotIn, Op::ArrayContainsAny];
    let names = vec![
        Op::Equal,
        Op::GreaterThan,
        Op::GreaterThanOrEqual,
        Op::LessThan,
        Op::LessThanOrEqual,
        Op::NotEqual,
    ];
    let unary = |(name, op): (&str, Unary)| Filter {
        filter_type: Some(FilterType::UnaryFilter(UnaryFilter {
            op: op.into(),
            operand_type: Some(OperandType::Field(field(name))),
        })),
    };
    let unaries = vec![Unary::IsNull, Unary::IsNan, Unary::IsNotNull, Unary::IsNotNan];
    prop_oneof![
        12 => (select(&FIELDS[..]), select(one), small()).prop_map(|(name, op, value)| compare(name, op, value)),
        4 => (select(&FIELDS[..]), select(many), vec(small(), 1..4))
            .prop_map(|(name, op, values)| compare(name, op, array(values))),
        1 => (select(&FIELDS[..]), select(unaries)).prop_map(unary),
        2 => (select(names), name()).prop_map(|(op, value)| compare("__name__", op, value)),
        1 => (select(vec![Op::In, Op::NotIn]), vec(name(), 1..4)).prop_map(|(op, values)| compare("__name__", op, array(values))),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    condition().prop_recursive(2, 5, 3, |inner| {
        (select(vec![Join::And, Join::And, Join::Or]), vec(inner, 1..4)).prop_map(|(op, filters)| Filter {
            filter_type: Some(FilterType::CompositeFilter(CompositeFilter {
                op: op.into(),
                filters,
            })),
        })
    })
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let paths = proptest::sample::subsequence(vec!["a", "b", "c", "c.a", "__name__"], 0..3).prop_shuffle();
    (paths, vec(1_i32..3, 3)).prop_map(|(paths, directions)| {
        let order = |(path, direction): (&str, i32)| Order {
            field: Some(field(path)),
            direction,
        };
        paths.into_iter().zip(directions).map(order).collect()
    })
}

fn from() -> impl Strategy<Value = (String, CollectionSelector)> {
    let places = vec![
        (ROOT.to_owned(), "x", false),
        (ROOT.to_owned(), "x", false),
        (format!("{ROOT}/a/1"), "x", false),
        (ROOT.to_owned(), "x", true),
        (format!("{ROOT}/a/1"), "x", true),
        (ROOT.to_owned(), "", true),
        (format!("{ROOT}/x/a"), "", true),
        (ROOT.to_owned(), "", false),
    ];
    select(places).prop_map(|(parent, collection, all_descendants)| {
        let collection_id = collection.to_owned();
        (
            parent,
            CollectionSelector {
                collection_id,
                all_descendants,
            },
        )
    })
}

/// Cursor values for explicit orders: as many as there are, or fewer.
fn cursor() -> impl Strategy<Value = (Vec<Value>, Vec<Value>, bool, Index)> {
    (vec(small(), 3), vec(name(), 3), any::<bool>(), any::<Index>())
}

fn cursor_for(orders: &[Order], parts: &(Vec<Value>, Vec<Value>, bool, Index)) -> Cursor {
    let is_name = |order: &Order| {
        order
            .field
            .as_ref()
            .is_some_and(|field| field.field_path == "__name__")
    };
    let pick = |(at, order): (usize, &Order)| {
        if is_name(order) {
            parts.1[at].clone()
        } else {
            parts.0[at].clone()
        }
    };
    Cursor {
        values: orders
            .iter()
            .enumerate()
            .map(pick)
            .take(parts.3.index(orders.len() + 1))
            .collect(),
        before: parts.2,
    }
}

/// A parent and a query below it that is not refused.
pub(super) fn query() -> impl Strategy<Value = (String, StructuredQuery)> {
    let cuts = (option::weighted(0.3, cursor()), option::weighted(0.3, cursor()));
    let sizes = (
        prop_oneof![3 => Just(0), 1 => 0_i32..4],
        option::weighted(0.4, 0_i32..5),
    );
    (from(), option::weighted(0.8, filter()), orders(), cuts, sizes).prop_filter_map("refused", |parts| {
        let ((parent, from), filter, orders, (start, end), (offset, limit)) = parts;
        let query = StructuredQuery {
            from: vec![from],
            r#where: filter,
            start_at: start.map(|parts| cursor_for(&orders, &parts)),
            end_at: end.map(|parts| cursor_for(&orders, &parts)),
            order_by: orders,
            offset,
            limit,
            ..StructuredQuery::default()
        };
        Plan::read(&parent, &query).is_ok().then_some((parent, query))
    })
}
