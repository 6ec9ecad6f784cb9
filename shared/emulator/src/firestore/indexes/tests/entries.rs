use crate::firestore::generate::{ROOT, any_value, array, integer, map, text};
use crate::firestore::indexes::{Declared, entries_of};
use crate::firestore::query::memory::Ids;
use gcloud_sdk::google::firestore::v1::{Document, Value};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap};

fn document(fields: HashMap<String, Value>) -> Document {
    Document {
        name: format!("{ROOT}/x/d"),
        fields,
        ..Document::default()
    }
}

fn fields(list: &[(&str, Value)]) -> HashMap<String, Value> {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn entries(of: &[(&str, Value)], declared: serde_json::Value) -> BTreeSet<Vec<u8>> {
    let declared: Declared = serde_json::from_value(declared).unwrap();
    entries_of(&document(fields(of)), &declared, &mut Ids::default()).unwrap()
}

#[test]
fn every_field_map_and_element_has_its_entry() {
    let count = |of: &[(&str, Value)]| entries(of, serde_json::json!({})).len();
    assert_eq!(count(&[]), 0);
    assert_eq!(count(&[("a", integer(1)), ("b", text("x"))]), 2);
    assert_eq!(
        count(&[("a", array(vec![integer(1), integer(2), integer(1)]))]),
        3
    );
    assert_eq!(
        count(&[("a", map(fields(&[("b", integer(1)), ("c", map(fields(&[])))])))]),
        3
    );
}

#[test]
fn overrides_and_composites_count() {
    let of = [("a", array(vec![integer(1), integer(2)])), ("b", integer(3))];
    let count = |declared| entries(&of, declared).len();
    let without = |field: &str, indexes: serde_json::Value| serde_json::json!({"fieldOverrides": [{"collectionGroup": "x", "fieldPath": field, "indexes": indexes}]});
    assert_eq!(count(without("a", serde_json::json!([]))), 1);
    assert_eq!(count(without("*", serde_json::json!([]))), 0);
    assert_eq!(
        count(without("a", serde_json::json!([{"arrayConfig": "CONTAINS"}]))),
        3
    );
    assert_eq!(
        count(without(
            "a",
            serde_json::json!([{"arrayConfig": "CONTAINS", "queryScope": "COLLECTION_GROUP"}])
        )),
        3
    );
    assert_eq!(
        count(without(
            "b",
            serde_json::json!([{"order": "ASCENDING"}, {"order": "DESCENDING"}])
        )),
        4
    );
    let composite = |group: &str, fields: serde_json::Value| serde_json::json!({"indexes": [{"collectionGroup": group, "fields": fields}]});
    let (contains, order) = (
        serde_json::json!({"fieldPath": "a", "arrayConfig": "CONTAINS"}),
        serde_json::json!({"fieldPath": "b", "order": "DESCENDING"}),
    );
    assert_eq!(count(composite("x", serde_json::json!([contains, order]))), 6);
    assert_eq!(count(composite("y", serde_json::json!([contains, order]))), 4);
    let missing = serde_json::json!({"fieldPath": "c", "order": "DESCENDING"});
    assert_eq!(count(composite("x", serde_json::json!([order, missing]))), 4);
}

#[test]
fn too_many_and_too_large_entries_are_refused() {
    let refused = |of: &[(&str, Value)], declared: serde_json::Value| {
        let declared: Declared = serde_json::from_value(declared).unwrap();
        entries_of(&document(fields(of)), &declared, &mut Ids::default())
            .err()
            .map(|status| status.code())
    };
    let many = |count| [("a", array((0..count).map(integer).collect()))];
    assert_eq!(refused(&many(39_999), serde_json::json!({})), None);
    assert_eq!(
        refused(&many(40_000), serde_json::json!({})),
        Some(tonic::Code::InvalidArgument)
    );
    let names = ["a", "b", "c", "d", "e", "f"];
    let long: Vec<_> = names
        .iter()
        .map(|name| (*name, text(&"x".repeat(2000))))
        .collect();
    let parts: Vec<_> = names
        .iter()
        .map(|name| serde_json::json!({"fieldPath": name, "order": "ASCENDING"}))
        .collect();
    let over =
        |count: usize| serde_json::json!({"indexes": [{"collectionGroup": "x", "fields": &parts[..count]}]});
    assert_eq!(refused(&long, over(5)), None);
    assert_eq!(refused(&long, over(6)), Some(tonic::Code::InvalidArgument));
}

proptest! {
    #[test]
    fn entries_depend_on_the_document_alone(value in any_value(), other in any_value()) {
        let declared = Declared::default();
        let mut ids = Ids::default();
        let of = document(HashMap::from([("a".to_owned(), value), ("b".to_owned(), other)]));
        let first = entries_of(&of, &declared, &mut ids).unwrap();
        prop_assert_eq!(&entries_of(&of, &declared, &mut ids).unwrap(), &first);
        prop_assert!(first.len() >= 2);
    }
}
