//! Queries held against their definition, over documents and queries of all kinds.

use crate::firestore::generate::{ROOT, any_value, value};
use crate::firestore::name;
use crate::firestore::order;
use crate::firestore::path::FieldPath;
use crate::firestore::query::filter::Filter;
use crate::firestore::query::plan::{Order, Plan};
use crate::firestore::query::{reference, run, value_of};
use gcloud_sdk::google::firestore::v1::structured_query::composite_filter::Operator as Join;
use gcloud_sdk::google::firestore::v1::structured_query::field_filter::Operator;
use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, CompositeFilter, FieldFilter, FieldReference, Filter as Proto, Order as ProtoOrder,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{ArrayValue, Cursor, Document, MapValue, StructuredQuery, Value};
use gcloud_sdk::google::r#type::LatLng;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

const FIELDS: [&str; 3] = ["a", "b", "c"];

fn documents() -> impl Strategy<Value = Vec<Document>> {
    let fields = proptest::collection::hash_map(proptest::sample::select(&FIELDS[..]), any_value(), 0..4);
    let named = |(at, fields): (usize, HashMap<&str, Value>)| Document {
        name: format!("{ROOT}/x/d{at:02}"),
        fields: fields
            .into_iter()
            .map(|(field, value)| (field.to_owned(), value))
            .collect(),
        ..Document::default()
    };
    proptest::collection::vec(fields, 0..12)
        .prop_map(move |all| all.into_iter().enumerate().map(named).collect())
}

fn field(name: &str) -> FieldReference {
    FieldReference {
        field_path: name.to_owned(),
    }
}

fn condition() -> impl Strategy<Value = Proto> {
    use Operator::{ArrayContains, Equal, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual};
    let operators = vec![
        ArrayContains,
        Equal,
        GreaterThan,
        GreaterThanOrEqual,
        LessThan,
        LessThanOrEqual,
    ];
    let parts = (
        proptest::sample::select(&FIELDS[..]),
        proptest::sample::select(operators),
        any_value(),
    );
    parts.prop_map(|(name, op, value)| Proto {
        filter_type: Some(FilterType::FieldFilter(FieldFilter {
            field: Some(field(name)),
            op: op.into(),
            value: Some(value),
        })),
    })
}

fn filter() -> impl Strategy<Value = Option<Proto>> {
    let joined = (
        proptest::sample::select(vec![Join::And, Join::Or]),
        proptest::collection::vec(condition(), 1..3),
    );
    let composite = joined.prop_map(|(op, filters)| Proto {
        filter_type: Some(FilterType::CompositeFilter(CompositeFilter {
            op: op.into(),
            filters,
        })),
    });
    proptest::option::of(composite)
}

/// A query that sorts by the name in the end, so that cursors can stand at any document.
fn query() -> impl Strategy<Value = StructuredQuery> {
    let orders = proptest::sample::subsequence(FIELDS.to_vec(), 1..4);
    (
        filter(),
        orders.prop_shuffle(),
        proptest::collection::vec(1_i32..3, 4),
    )
        .prop_filter_map("refused", |parts| {
            let (filter, mut names, directions) = parts;
            names.extend(
                filter
                    .iter()
                    .flat_map(compared)
                    .filter(|name| !names.contains(name))
                    .collect::<Vec<_>>(),
            );
            names.sort_unstable();
            names.dedup();
            names.push("__name__");
            let order = |(name, direction): (&&str, &i32)| ProtoOrder {
                field: Some(field(name)),
                direction: *direction,
            };
            let query = StructuredQuery {
                from: vec![CollectionSelector {
                    collection_id: "x".to_owned(),
                    all_descendants: false,
                }],
                r#where: filter,
                order_by: names.iter().zip(directions.iter().cycle()).map(order).collect(),
                ..StructuredQuery::default()
            };
            Plan::read(ROOT, &query).is_ok().then_some(query)
        })
}

fn compared(filter: &Proto) -> Vec<&'static str> {
    let fields = Filter::read(filter).unwrap();
    let named = |path: &FieldPath| FIELDS.into_iter().find(|name| *name == path.to_string());
    fields
        .fields()
        .into_iter()
        .filter(|(_, test)| test.is_inequality())
        .filter_map(|(path, _)| named(path))
        .collect()
}

/// The definition: keep, then sort by insertion.
fn by_definition(plan: &Plan, documents: &[Document]) -> Vec<String> {
    let has = |document: &Document, order: &Order| value_of(document, &order.path).is_some();
    let kept = documents.iter().filter(|document| {
        plan.filter.as_ref().is_none_or(|filter| filter.matches(document))
            && plan.orders.iter().all(|order| has(document, order))
    });
    let mut sorted: Vec<&Document> = Vec::new();
    for document in kept {
        let at = sorted
            .iter()
            .position(|other| comes_before(plan, document, other))
            .unwrap_or(sorted.len());
        sorted.insert(at, document);
    }
    sorted.into_iter().map(|document| document.name.clone()).collect()
}

fn comes_before(plan: &Plan, left: &Document, right: &Document) -> bool {
    for order in &plan.orders {
        let (a, b) = (
            value_of(left, &order.path).unwrap(),
            value_of(right, &order.path).unwrap(),
        );
        match order::compare(&a, &b) {
            Ordering::Equal => {}
            other => return (other == Ordering::Less) != order.descending,
        }
    }
    false
}

fn names(plan: &Plan, documents: &[Document]) -> Vec<String> {
    let all: Vec<Arc<Document>> = documents.iter().cloned().map(Arc::new).collect();
    let parent = format!("{}/", plan.parent);
    let sought = |document: &&Arc<Document>| {
        let (path, _) = name::split_last(&document.name);
        let (above, id) = name::split_last(path);
        (plan.collection.is_empty() || id == plan.collection)
            && if plan.group {
                path.starts_with(&parent)
            } else {
                above == plan.parent
            }
    };
    run::select(plan, all.iter().filter(sought))
        .documents
        .iter()
        .map(|document| document.name.clone())
        .collect()
}

fn plan(query: &StructuredQuery) -> Plan {
    Plan::read(ROOT, query).unwrap().1
}

proptest! {
    #[test]
    fn the_order_of_values_is_total(a in any_value(), b in any_value(), c in any_value()) {
        prop_assert_eq!(order::compare(&a, &a), Ordering::Equal);
        prop_assert_eq!(order::compare(&a, &b), order::compare(&b, &a).reverse());
        if order::compare(&a, &b).is_le() && order::compare(&b, &c).is_le() {
            prop_assert!(order::compare(&a, &c).is_le());
        }
        if order::compare(&a, &b).is_eq() {
            prop_assert_eq!(order::compare(&a, &c), order::compare(&b, &c));
        }
    }

    #[test]
    fn a_query_is_what_its_definition_says(query in query(), documents in documents()) {
        let plan = plan(&query);
        prop_assert_eq!(names(&plan, &documents), by_definition(&plan, &documents));
    }

    #[test]
    fn walking_with_cursors_is_the_whole(query in query(), documents in documents(), page in 1_usize..4) {
        let whole = names(&plan(&query), &documents);
        let mut walked: Vec<String> = Vec::new();
        let mut next = StructuredQuery { limit: i32::try_from(page).ok(), ..query.clone() };
        loop {
            let found = names(&plan(&next), &documents);
            let Some(last) = found.last() else { break };
            let document = documents.iter().find(|document| document.name == *last).unwrap();
            let at = |order: &Order| value_of(document, &order.path).unwrap().into_owned();
            let values = plan(&next).orders.iter().map(at).collect();
            next.start_at = Some(Cursor { values, before: false });
            walked.extend(found);
            prop_assert!(walked.len() <= documents.len());
        }
        prop_assert_eq!(walked, whole);
    }

    #[test]
    fn a_cursor_cuts_in_two(query in query(), documents in documents(), at in any::<prop::sample::Index>(), before in any::<bool>()) {
        let whole = names(&plan(&query), &documents);
        // nothing found, nothing to cut
        let Some(name) = (!whole.is_empty()).then(|| at.get(&whole)) else { return Ok(()) };
        let document = documents.iter().find(|document| document.name == *name).unwrap();
        let value = |order: &Order| value_of(document, &order.path).unwrap().into_owned();
        let cursor = Cursor { values: plan(&query).orders.iter().map(value).collect(), before };
        let head = StructuredQuery { end_at: Some(cursor.clone()), ..query.clone() };
        let tail = StructuredQuery { start_at: Some(cursor), ..query };
        prop_assert_eq!([names(&plan(&head), &documents), names(&plan(&tail), &documents)].concat(), whole);
    }
}

#[test]
fn types_stand_in_the_documented_order() {
    let text = |text: &str| value(ValueType::StringValue(text.to_owned()));
    let time = prost_types::Timestamp { seconds: 0, nanos: 0 };
    let ordered = [
        value(ValueType::NullValue(0)),
        value(ValueType::BooleanValue(false)),
        value(ValueType::BooleanValue(true)),
        value(ValueType::DoubleValue(f64::NAN)),
        value(ValueType::DoubleValue(f64::NEG_INFINITY)),
        value(ValueType::IntegerValue(1)),
        value(ValueType::DoubleValue(1.5)),
        value(ValueType::DoubleValue(9_007_199_254_740_992.0)),
        value(ValueType::IntegerValue(9_007_199_254_740_993)),
        value(ValueType::IntegerValue(i64::MAX)),
        value(ValueType::DoubleValue(9_223_372_036_854_775_808.0)),
        value(ValueType::TimestampValue(time)),
        text(""),
        text("b"),
        text("\u{ffff}"),
        text("\u{1f600}"),
        value(ValueType::BytesValue(vec![])),
        reference(&format!("{ROOT}/x/__id9__")),
        reference(&format!("{ROOT}/x/__id10__")),
        reference(&format!("{ROOT}/x/a")),
        value(ValueType::GeoPointValue(LatLng {
            latitude: 0.0,
            longitude: 0.0,
        })),
        value(ValueType::ArrayValue(ArrayValue::default())),
        value(ValueType::MapValue(MapValue::default())),
    ];
    for pair in ordered.windows(2) {
        assert_eq!(order::compare(&pair[0], &pair[1]), Ordering::Less, "{pair:?}");
    }
    assert_eq!(name::compare("a/b", "a/b/c/d"), Ordering::Less);
}
