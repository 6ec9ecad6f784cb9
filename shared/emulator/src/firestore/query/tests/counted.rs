//! How much is read: counted, and the same however large the collection is.

use super::generate::field;
use crate::firestore::generate::{ROOT, array, integer};
use crate::firestore::indexes::Declared;
use crate::firestore::query::execute;
use crate::firestore::query::memory::Memory;
use crate::firestore::query::plan::Plan;
use gcloud_sdk::google::firestore::v1::structured_query::composite_filter::Operator as Join;
use gcloud_sdk::google::firestore::v1::structured_query::field_filter::Operator;
use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, CompositeFilter, FieldFilter, Filter, Order,
};
use gcloud_sdk::google::firestore::v1::{Cursor, Document, StructuredQuery, Value};

fn documents(count: i64) -> Vec<Document> {
    let document = |at: i64| Document {
        name: format!("{ROOT}/x/d{at:06}"),
        fields: [
            ("n", integer(at)),
            ("even", integer(at % 2)),
            ("third", integer(at % 3)),
            ("tags", array(vec![integer(at % 5)])),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into(),
        ..Document::default()
    };
    (0..count).map(document).collect()
}

fn declared() -> Declared {
    serde_json::from_value(serde_json::json!({"indexes": [
        {"collectionGroup": "x", "fields": [{"fieldPath": "even", "order": "ASCENDING"}, {"fieldPath": "n", "order": "DESCENDING"}]},
        {"collectionGroup": "x", "fields": [{"fieldPath": "third", "order": "ASCENDING"}, {"fieldPath": "n", "order": "DESCENDING"}]},
        {"collectionGroup": "x", "fields": [{"fieldPath": "n", "order": "ASCENDING"}, {"fieldPath": "even", "order": "ASCENDING"}]},
    ]}))
    .unwrap()
}

fn is(name: &str, op: Operator, value: Value) -> Filter {
    let filter = FieldFilter {
        field: Some(field(name)),
        op: op.into(),
        value: Some(value),
    };
    Filter {
        filter_type: Some(FilterType::FieldFilter(filter)),
    }
}

fn query(filters: Vec<Filter>, orders: &[(&str, i32)]) -> StructuredQuery {
    let order = |(name, direction): &(&str, i32)| Order {
        field: Some(field(name)),
        direction: *direction,
    };
    let all = CompositeFilter {
        op: Join::And.into(),
        filters,
    };
    StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: "x".to_owned(),
            all_descendants: false,
        }],
        r#where: Some(Filter {
            filter_type: Some(FilterType::CompositeFilter(all)),
        }),
        order_by: orders.iter().map(order).collect(),
        limit: Some(20),
        ..StructuredQuery::default()
    }
}

/// Keys and documents read, and the number of results.
fn reads(memory: &Memory, query: &StructuredQuery) -> (usize, usize, usize) {
    let plan = Plan::read(ROOT, query).unwrap().1;
    let found = execute::run(&plan, Some(&declared()), memory).unwrap();
    let (keys, documents) = memory.take_reads();
    (keys, documents, found.documents.len())
}

#[test]
fn a_page_reads_what_it_answers_whatever_the_size() {
    use Operator::{Equal, GreaterThan, In, NotEqual};
    let queries = [
        query(vec![], &[]),
        query(vec![], &[("n", 2)]),
        query(vec![is("even", Equal, integer(1))], &[("n", 2)]),
        query(
            vec![is("even", In, array(vec![integer(0), integer(1)]))],
            &[("n", 2)],
        ),
        query(vec![is("n", GreaterThan, integer(100))], &[]),
        query(vec![is("n", NotEqual, integer(5))], &[]),
        query(
            vec![
                is("n", GreaterThan, integer(100)),
                is("even", GreaterThan, integer(-1)),
            ],
            &[("n", 1), ("even", 1)],
        ),
        StructuredQuery {
            start_at: Some(Cursor {
                values: vec![integer(200)],
                before: false,
            }),
            ..query(vec![is("even", Equal, integer(0))], &[("n", 2)])
        },
        query(vec![is("tags", Operator::ArrayContains, integer(3))], &[]),
    ];
    let (small, large) = (
        Memory::of(&documents(300), &declared()),
        Memory::of(&documents(3000), &declared()),
    );
    for query in &queries {
        let read = reads(&small, query);
        assert_eq!(read, reads(&large, query), "{query:?}");
        let (keys, documents, results) = read;
        assert_eq!((documents, results), (20, 20));
        assert!(keys <= 22, "{keys} keys for {query:?}");
    }
}

#[test]
fn merged_indexes_skip_what_they_do_not_share() {
    use Operator::Equal;
    let memory = Memory::of(&documents(3000), &declared());
    let both = vec![is("even", Equal, integer(1)), is("third", Equal, integer(2))];
    for orders in [&[][..], &[("n", 2)]] {
        let (keys, documents, results) = reads(&memory, &query(both.clone(), orders));
        assert_eq!((documents, results), (20, 20));
        assert!(keys <= 20 * 8, "{keys} keys");
    }
}

#[test]
fn offsets_and_counts_read_no_documents() {
    let memory = Memory::of(&documents(300), &declared());
    let skipping = StructuredQuery {
        offset: 100,
        ..query(vec![], &[("n", 1)])
    };
    assert_eq!(reads(&memory, &skipping), (120, 20, 20));
    let all = StructuredQuery {
        limit: None,
        ..query(vec![is("even", Operator::Equal, integer(0))], &[])
    };
    let plan = Plan::read(ROOT, &all).unwrap().1;
    assert_eq!(
        execute::count(&plan, usize::MAX, Some(&declared()), &memory).unwrap(),
        150
    );
    assert_eq!(memory.take_reads(), (150, 0));
    assert_eq!(execute::count(&plan, 10, Some(&declared()), &memory).unwrap(), 10);
    assert_eq!(memory.take_reads(), (10, 0));
}
