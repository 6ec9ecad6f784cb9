//! What Google's own emulator answered to the same queries on the same documents.

use super::generate::{compare, reference};
use crate::firestore::generate::{ROOT, array, integer, map, text, value};
use crate::firestore::indexes::Declared;
use crate::firestore::query::execute;
use crate::firestore::query::memory::Memory;
use crate::firestore::query::plan::Plan;
use gcloud_sdk::google::firestore::v1::structured_query::composite_filter::Operator as Join;
use gcloud_sdk::google::firestore::v1::structured_query::field_filter::Operator as Op;
use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::{CollectionSelector, CompositeFilter, Filter};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, StructuredQuery, Value};
use std::collections::HashMap;
use tonic::Code;

fn null() -> Value {
    value(ValueType::NullValue(0))
}

fn double(number: f64) -> Value {
    value(ValueType::DoubleValue(number))
}

fn nan() -> Value {
    double(f64::NAN)
}

fn documents() -> Vec<Document> {
    let values = [
        ("nul", null()),
        ("nan", nan()),
        ("i1", integer(1)),
        ("d1", double(1.0)),
        ("i2", integer(2)),
        ("s", text("x")),
        ("arr", array(vec![integer(1), null(), nan()])),
        ("map", map(HashMap::from([("b".to_owned(), integer(1))]))),
        ("t", value(ValueType::BooleanValue(true))),
    ];
    let document = |(id, value): (&str, Value)| Document {
        name: format!("{ROOT}/x/{id}"),
        fields: HashMap::from([("a".to_owned(), value)]),
        ..Document::default()
    };
    let without = Document {
        name: format!("{ROOT}/x/none"),
        ..Document::default()
    };
    values.into_iter().map(document).chain([without]).collect()
}

fn asked(filter: Filter) -> Result<String, Code> {
    let query = StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: "x".to_owned(),
            all_descendants: false,
        }],
        r#where: Some(filter),
        ..StructuredQuery::default()
    };
    let (_, plan) = Plan::read(ROOT, &query).map_err(|status| status.code())?;
    let memory = Memory::of(&documents(), &Declared::default());
    let found = execute::run(&plan, None, &memory).map_err(|status| status.code())?;
    let names = found
        .documents
        .iter()
        .map(|document| &document.name[ROOT.len() + 3..]);
    Ok(names.collect::<Vec<_>>().join(" "))
}

fn joined(op: Join, filters: Vec<Filter>) -> Filter {
    Filter {
        filter_type: Some(FilterType::CompositeFilter(CompositeFilter {
            op: op.into(),
            filters,
        })),
    }
}

#[test]
fn null_and_nan_compare_with_nothing() {
    let cases = [
        (Op::Equal, null(), ""),
        (Op::Equal, nan(), ""),
        (Op::NotEqual, null(), ""),
        (Op::NotEqual, nan(), "t nan d1 i1 i2 s arr map"),
        (Op::NotEqual, integer(1), "t nan i2 s arr map"),
        (Op::In, array(vec![null(), integer(1), nan()]), "d1 i1"),
        (Op::NotIn, array(vec![null(), integer(1)]), ""),
        (Op::NotIn, array(vec![nan(), integer(1)]), "t nan i2 s arr map"),
        (Op::LessThanOrEqual, null(), ""),
        (Op::GreaterThanOrEqual, null(), ""),
        (Op::GreaterThanOrEqual, nan(), ""),
        (Op::LessThanOrEqual, integer(1), "d1 i1"),
        (Op::ArrayContains, null(), ""),
        (Op::ArrayContains, nan(), ""),
        (Op::ArrayContains, integer(1), "arr"),
        (Op::ArrayContainsAny, array(vec![null(), nan()]), ""),
        (Op::Equal, array(vec![integer(1), null(), nan()]), "arr"),
        (Op::GreaterThan, array(vec![]), "arr"),
        (Op::In, array(vec![array(vec![integer(1), null(), nan()])]), "arr"),
    ];
    for (op, value, expected) in cases {
        let filter = compare("a", op, value);
        assert_eq!(asked(filter.clone()), Ok(expected.to_owned()), "{filter:?}");
    }
}

#[test]
fn names_are_compared_with_names_of_any_depth() {
    let both = || array(vec![reference("x/i2"), reference("x/i1")]);
    let cases = [
        (
            Op::In,
            array(vec![reference("x/i2"), reference("x/i1"), reference("y/i1")]),
            "i1 i2",
        ),
        (Op::NotIn, both(), "arr d1 map nan none nul s t"),
        (Op::NotEqual, reference("x/i2"), "arr d1 i1 map nan none nul s t"),
        (Op::GreaterThan, reference("x/nan"), "none nul s t"),
        (Op::GreaterThan, reference("x/nan/y/z"), "none nul s t"),
        (
            Op::GreaterThan,
            reference("w/nan"),
            "arr d1 i1 i2 map nan none nul s t",
        ),
    ];
    for (op, value, expected) in cases {
        let filter = compare("__name__", op, value);
        assert_eq!(asked(filter.clone()), Ok(expected.to_owned()), "{filter:?}");
    }
    let one = joined(
        Join::And,
        vec![
            compare("__name__", Op::In, both()),
            compare("a", Op::Equal, integer(1)),
        ],
    );
    assert_eq!(asked(one), Ok("i1".to_owned()));
}

#[test]
fn what_google_does_not_combine_is_refused() {
    let is = |op, value| compare("a", op, value);
    let many = |count: i64| array((0..count).map(integer).collect());
    let refused = [
        joined(Join::Or, vec![]),
        joined(
            Join::And,
            vec![
                is(Op::ArrayContains, integer(1)),
                is(Op::ArrayContains, integer(2)),
            ],
        ),
        joined(
            Join::And,
            vec![
                is(Op::ArrayContains, integer(1)),
                compare("b", Op::ArrayContainsAny, many(2)),
            ],
        ),
        joined(
            Join::And,
            vec![is(Op::NotIn, many(1)), compare("b", Op::In, many(1))],
        ),
        joined(
            Join::Or,
            vec![is(Op::NotIn, many(1)), compare("b", Op::Equal, integer(1))],
        ),
        joined(
            Join::Or,
            vec![
                is(Op::NotEqual, integer(1)),
                compare("b", Op::NotEqual, integer(1)),
            ],
        ),
        joined(
            Join::And,
            vec![is(Op::In, many(6)), compare("b", Op::In, many(6))],
        ),
        is(Op::In, many(31)),
        is(Op::NotIn, many(11)),
        is(Op::In, many(0)),
        is(Op::In, integer(1)),
        compare("__name__", Op::Equal, text("abc")),
        compare("__name__", Op::Equal, reference("x")),
    ];
    for filter in refused {
        assert_eq!(asked(filter.clone()), Err(Code::InvalidArgument), "{filter:?}");
    }
    let same = joined(Join::And, vec![is(Op::In, many(6)), is(Op::In, many(6))]);
    assert_eq!(asked(same), Ok("d1 i1 i2".to_owned()));
    let twice = joined(
        Join::And,
        vec![
            is(Op::ArrayContains, integer(1)),
            is(Op::ArrayContains, integer(1)),
        ],
    );
    assert_eq!(asked(twice), Ok("arr".to_owned()));
}
