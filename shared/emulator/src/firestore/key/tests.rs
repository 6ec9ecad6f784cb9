//! The laws of keys.

use super::value::encoded;
use super::{after, directed, name, value_end};
use crate::firestore::generate::{any_value, array, integer, text};
use crate::firestore::name::compare;
use crate::firestore::order;
use gcloud_sdk::google::firestore::v1::Value;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use proptest::prelude::*;
use std::cmp::Ordering;

fn paths() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        "a|b|ab|a\u{0}|\u{1}|é|__id7__|__id-7__|__id10__|__id07__|__idx__",
        2..5,
    )
    .prop_map(|ids| ids.join("/"))
}

fn path(of: &str) -> Vec<u8> {
    let mut out = Vec::new();
    name::path(&mut out, of.split('/'));
    out
}

fn pair(a: &Value, b: &Value) -> Vec<u8> {
    [encoded(a), encoded(b)].concat()
}

proptest! {
    #[test]
    fn bytes_stand_as_values_do(a in any_value(), b in any_value()) {
        prop_assert_eq!(encoded(&a).cmp(&encoded(&b)), order::compare(&a, &b));
    }

    #[test]
    fn complements_stand_the_other_way(a in any_value(), b in any_value()) {
        let down = |of| directed(encoded(of), true);
        prop_assert_eq!(down(&a).cmp(&down(&b)), order::compare(&b, &a));
    }

    #[test]
    fn values_in_a_row_stay_apart(a in any_value(), b in any_value(), c in any_value(), d in any_value()) {
        let one_by_one = order::compare(&a, &c).then_with(|| order::compare(&b, &d));
        prop_assert_eq!(pair(&a, &b).cmp(&pair(&c, &d)), one_by_one);
        for down in [false, true] {
            prop_assert_eq!(value_end(&directed(pair(&a, &b), down), down), Some(encoded(&a).len()));
        }
    }

    #[test]
    fn names_stand_as_they_compare_and_read_back(a in paths(), b in paths()) {
        prop_assert_eq!(path(&a).cmp(&path(&b)), compare(&a, &b));
        prop_assert_eq!(name::read_path(&path(&a)), Some(a.clone()));
        let id = a.split('/').next().unwrap();
        let bytes = [name::encoded_id(id), path(&b)].concat();
        prop_assert_eq!(name::read_id(&bytes), Some((id.to_owned(), &path(&b)[..])));
    }

    #[test]
    fn after_is_above_all_that_begins_so_and_below_the_rest(
        prefix in proptest::collection::vec(prop_oneof![Just(0_u8), Just(255), any::<u8>()], 0..4),
        other in proptest::collection::vec(prop_oneof![Just(0_u8), Just(254), 0_u8..255], 1..6),
    ) {
        let bound = after(prefix.clone());
        let expected = if other.starts_with(&prefix) || other < prefix { Ordering::Less } else { Ordering::Greater };
        prop_assert_eq!(other.cmp(&bound).then(Ordering::Greater), expected);
    }

    #[test]
    fn what_is_no_key_is_none(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
        if let Some(end) = value_end(&bytes, false) {
            prop_assert!(end <= bytes.len());
        }
        if let Some(path) = name::read_path(&bytes) {
            prop_assert!(path.split('/').count() <= bytes.len());
        }
    }
}

#[test]
fn equal_numbers_are_the_same_bytes() {
    let double = |number| Value {
        value_type: Some(ValueType::DoubleValue(number)),
    };
    assert_eq!(encoded(&integer(1)), encoded(&double(1.0)));
    assert_eq!(encoded(&integer(0)), encoded(&double(-0.0)));
    assert_eq!(encoded(&double(f64::NAN)), encoded(&double(-f64::NAN)));
    assert_ne!(
        encoded(&integer((1 << 53) + 1)),
        encoded(&double(9_007_199_254_740_992.0))
    );
    assert!(encoded(&integer(i64::MAX)) < encoded(&double(9_223_372_036_854_775_808.0)));
}

#[test]
fn long_values_are_cut_and_keep_their_place() {
    let long = |letters: usize, end: &str| text(&("x".repeat(letters) + end));
    assert_ne!(encoded(&long(1499, "a")), encoded(&long(1499, "b")));
    assert_eq!(encoded(&long(1500, "a")), encoded(&long(1500, "b")));
    assert!(encoded(&long(1500, "a")) < encoded(&text("y")));
    let list = |end| array(vec![long(1600, ""), integer(end)]);
    assert_eq!(encoded(&list(1)), encoded(&list(2)));
    assert!(encoded(&list(1)) > encoded(&array(vec![text("x")])));
    let key = encoded(&list(1));
    assert_eq!(value_end(&key, false), Some(key.len()));
    assert!(key.len() < 1600);
}
