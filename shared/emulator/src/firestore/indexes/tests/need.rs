use crate::firestore::indexes::{Declared, need};
use crate::firestore::query::plan::Plan;
use gcloud_sdk::google::firestore::v1::structured_query::field_filter::Operator as Op;
use gcloud_sdk::google::firestore::v1::structured_query::filter::FilterType;
use gcloud_sdk::google::firestore::v1::structured_query::{
    CollectionSelector, CompositeFilter, FieldFilter, FieldReference, Filter, Order,
};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{ArrayValue, StructuredQuery, Value};

/// `filters` over `orders` (`-` in front: descending), all joined by AND.
fn plan(group: bool, filters: &[(&str, Op)], orders: &[&str]) -> Plan {
    let field = |name: &str| {
        Some(FieldReference {
            field_path: name.to_owned(),
        })
    };
    let filter = |(name, op): &(&str, Op)| {
        let one = Value {
            value_type: Some(ValueType::IntegerValue(1)),
        };
        let many = Value {
            value_type: Some(ValueType::ArrayValue(ArrayValue {
                values: vec![one.clone()],
            })),
        };
        let value = if *op == Op::In { many } else { one };
        Filter {
            filter_type: Some(FilterType::FieldFilter(FieldFilter {
                field: field(name),
                op: (*op).into(),
                value: Some(value),
            })),
        }
    };
    let and = CompositeFilter {
        op: 1,
        filters: filters.iter().map(filter).collect(),
    };
    let order = |name: &&str| Order {
        field: field(name.trim_start_matches('-')),
        direction: if name.starts_with('-') { 2 } else { 1 },
    };
    let query = StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: "x".to_owned(),
            all_descendants: group,
        }],
        r#where: (!filters.is_empty()).then_some(Filter {
            filter_type: Some(FilterType::CompositeFilter(and)),
        }),
        order_by: orders.iter().map(order).collect(),
        ..StructuredQuery::default()
    };
    Plan::read("projects/p/databases/(default)/documents", &query)
        .unwrap()
        .1
}

/// Composites as `a,-b,c[]`, overrides without any index as `!d`.
fn declared(list: &[&str]) -> Declared {
    let part = |name: &str| match name.strip_suffix("[]") {
        Some(array) => serde_json::json!({"fieldPath": array, "arrayConfig": "CONTAINS"}),
        None => serde_json::json!({
            "fieldPath": name.trim_start_matches('-'),
            "order": if name.starts_with('-') { "DESCENDING" } else { "ASCENDING" },
        }),
    };
    let (overrides, composites): (Vec<&str>, Vec<&str>) = list.iter().partition(|one| one.starts_with('!'));
    let composites: Vec<_> = composites
        .iter()
        .map(|one| serde_json::json!({"collectionGroup": "x", "queryScope": "COLLECTION", "fields": one.split(',').map(part).collect::<Vec<_>>()}))
        .collect();
    let overrides: Vec<_> = overrides
        .iter()
        .map(|one| serde_json::json!({"collectionGroup": "x", "fieldPath": &one[1..], "indexes": []}))
        .collect();
    serde_json::from_value(serde_json::json!({"indexes": composites, "fieldOverrides": overrides})).unwrap()
}

fn served(filters: &[(&str, Op)], orders: &[&str], list: &[&str]) -> bool {
    need::missing(&plan(false, filters, orders), &declared(list)).is_none()
}

#[test]
fn single_fields_serve_equalities_and_one_order() {
    let (a, b) = (("a", Op::Equal), ("b", Op::In));
    assert!(served(&[], &[], &[]));
    assert!(served(&[a, b, ("c", Op::ArrayContains)], &[], &[]));
    assert!(served(&[("a", Op::GreaterThan)], &[], &[]));
    assert!(served(&[], &["-a"], &[]));
    assert!(served(&[a], &["-__name__"], &[]));
    assert!(served(&[a], &["a"], &[]));
    assert!(!served(&[a], &["b"], &[]));
    assert!(!served(&[], &["a", "b"], &[]));
    assert!(!served(&[], &["a", "-__name__"], &[]));
    assert!(!served(&[a, ("b", Op::LessThan)], &[], &[]));
}

#[test]
fn a_composite_has_its_equalities_first_and_then_the_order() {
    let filters = [("a", Op::Equal), ("b", Op::Equal)];
    assert!(served(&filters, &["c", "-d"], &["a,b,c,-d"]));
    assert!(served(&filters, &["c", "-d"], &["b,-a,c,-d"]));
    assert!(!served(&filters, &["-c", "d"], &["a,b,c,-d"]));
    assert!(!served(&filters, &["c", "d"], &["a,b,c,-d"]));
    assert!(!served(&filters, &["-d", "c"], &["a,b,c,-d"]));
    assert!(!served(&filters[..1], &["c", "-d"], &["a,b,c,-d"]));
    assert!(!served(&filters, &["c"], &["a,b,c,-d"]));
    assert!(served(&filters, &["c"], &["a,c", "b,c"]));
    assert!(!served(&filters, &["c"], &["a,c"]));
    assert!(served(&[("a", Op::ArrayContains)], &["-c"], &["a[],-c"]));
    assert!(!served(&[("a", Op::ArrayContains)], &["-c"], &["a,-c"]));
    assert!(served(
        &[("a", Op::Equal), ("c", Op::GreaterThan)],
        &["-c"],
        &["a,-c"]
    ));
    assert!(served(&[], &["a", "-__name__"], &["a,-__name__"]));
}

#[test]
fn an_exempted_field_serves_nothing_alone_but_stays_in_composites() {
    let a = ("a", Op::Equal);
    assert!(!served(&[a], &[], &["!a"]));
    assert!(!served(&[], &["a"], &["!a"]));
    assert!(!served(&[("a.b", Op::Equal)], &[], &["!a"]));
    assert!(!served(&[a], &[], &["!*"]));
    assert!(served(&[], &["b", "a"], &["!a", "b,a"]));
    assert!(served(&[a, ("b", Op::Equal)], &[], &["!a", "a,b"]));
}

#[test]
fn a_collection_group_needs_its_own() {
    let grouped = |filters: &[(&str, Op)], json: serde_json::Value| {
        need::missing(&plan(true, filters, &[]), &serde_json::from_value(json).unwrap())
    };
    assert!(grouped(&[], serde_json::json!({})).is_none());
    let missing = grouped(&[("a", Op::Equal)], serde_json::json!({})).unwrap();
    let expected = r#"{"fieldOverrides":[{"collectionGroup":"x","fieldPath":"a","indexes":[{"order":"ASCENDING","queryScope":"COLLECTION"},{"order":"DESCENDING","queryScope":"COLLECTION"},{"arrayConfig":"CONTAINS","queryScope":"COLLECTION"},{"order":"ASCENDING","queryScope":"COLLECTION_GROUP"}]}]}"#;
    assert_eq!(missing, expected);
    assert!(grouped(&[("a", Op::Equal)], serde_json::from_str(&missing).unwrap()).is_none());
}

#[test]
fn what_is_suggested_is_enough() {
    type Case<'a> = (&'a [(&'a str, Op)], &'a [&'a str]);
    let cases: [Case<'_>; 6] = [
        (&[("a", Op::Equal)], &["-b"]),
        (&[("a", Op::ArrayContains), ("b", Op::Equal)], &["c", "-d"]),
        (&[("a", Op::GreaterThan), ("b", Op::LessThan)], &[]),
        (&[], &["a", "-__name__"]),
        (&[], &["-a"]),
        (&[("a", Op::Equal), ("b", Op::Equal)], &[]),
    ];
    for (filters, orders) in cases {
        let plan = plan(false, filters, orders);
        let missing = need::missing(&plan, &declared(&["!a", "!b"])).unwrap();
        let suggested: Declared = serde_json::from_str(&missing).unwrap();
        assert_eq!(need::missing(&plan, &suggested), None, "{missing}");
    }
}
