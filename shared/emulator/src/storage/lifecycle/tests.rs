//! Rules against objects and times.

use super::*;
use crate::storage::attributes::Attributes;
use crate::storage::checksum::Sums;
use proptest::prelude::*;
use serde_json::json;

/// 2026-11-21T00:00:00Z.
const MADE: i64 = 1_795_219_200_000_000;

fn object() -> Object {
    Object {
        bucket: "media".to_owned(),
        name: "a/b.log".to_owned(),
        generation: 1,
        metageneration: 1,
        size: 0,
        sums: Sums { crc32c: 0, md5: None },
        created: MADE,
        updated: MADE,
        attributes: Attributes {
            custom_time: Some("2026-11-20T00:00:00Z".to_owned()),
            ..Attributes::default()
        },
        file: String::new(),
        components: None,
        deleted: None,
        class_changed: None,
    }
}

fn lifecycle(rules: &Value) -> Lifecycle {
    let value = json!({"rule": rules});
    check(&value).unwrap();
    Lifecycle::of(Some(&value))
}

#[test]
fn the_table_of_conditions() {
    let noncurrent = Object {
        deleted: Some(MADE + DAY),
        ..object()
    };
    let two = MADE + 2 * DAY;
    for (condition, live, older) in [
        (json!({"age": 2}), true, true),
        (json!({"age": 3}), false, false),
        (json!({"age": 0}), true, true),
        (json!({"createdBefore": "2026-11-22"}), true, true),
        (json!({"createdBefore": "2026-11-21"}), false, false),
        (json!({"daysSinceCustomTime": 3}), true, true),
        (json!({"daysSinceCustomTime": 4}), false, false),
        (json!({"customTimeBefore": "2026-11-21"}), true, true),
        (json!({"customTimeBefore": "2026-11-20"}), false, false),
        (json!({"daysSinceNoncurrentTime": 1}), false, true),
        (json!({"daysSinceNoncurrentTime": 2}), false, false),
        (json!({"noncurrentTimeBefore": "2026-11-23"}), false, true),
        (json!({"isLive": true}), true, false),
        (json!({"isLive": false}), false, true),
        (json!({"numNewerVersions": 1}), false, true),
        (json!({"numNewerVersions": 2}), false, false),
        (json!({"matchesPrefix": ["x", "a/"]}), true, true),
        (json!({"matchesPrefix": ["x"]}), false, false),
        (json!({"matchesSuffix": [".log"], "age": 1}), true, true),
        (json!({"matchesSuffix": [".log"], "age": 5}), false, false),
        (json!({"matchesStorageClass": ["STANDARD"]}), true, true),
        (json!({"matchesStorageClass": ["ARCHIVE"]}), false, false),
    ] {
        let rules = lifecycle(&json!([{"action": {"type": "Delete"}, "condition": condition}]));
        let deletes = |object: &Object, newer| rules.verdict(object, newer, two) == Some(Verdict::Delete);
        assert_eq!(
            (deletes(&object(), 0), deletes(&noncurrent, 1)),
            (live, older),
            "{condition}"
        );
    }
}

#[test]
fn the_strongest_action_wins_and_a_class_only_goes_down() {
    let to = |class: &str, days: i64| json!({"action": {"type": "SetStorageClass", "storageClass": class}, "condition": {"age": days}});
    let mut rules = vec![to("COLDLINE", 1), to("NEARLINE", 1)];
    let verdict = |rules: &[Value], object: &Object| lifecycle(&json!(rules)).verdict(object, 0, MADE + DAY);
    assert_eq!(
        verdict(&rules, &object()),
        Some(Verdict::SetStorageClass("COLDLINE".to_owned()))
    );
    let mut archived = object();
    archived.attributes.storage_class = Some("ARCHIVE".to_owned());
    assert_eq!(verdict(&rules, &archived), None);
    rules.push(json!({"action": {"type": "Delete"}, "condition": {"age": 1}}));
    assert_eq!(verdict(&rules, &object()), Some(Verdict::Delete));
    assert_eq!(lifecycle(&json!(rules)).verdict(&object(), 0, MADE), None);
}

#[test]
fn uploads_are_given_up_by_age_and_name() {
    let rules = lifecycle(&json!([
        {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 2, "matchesPrefix": ["a"]}},
    ]));
    assert!(rules.aborts("a1", MADE, MADE + 2 * DAY) && !rules.aborts("a1", MADE, MADE + DAY));
    assert!(!rules.aborts("b", MADE, MADE + 9 * DAY));
    assert_eq!(rules.verdict(&object(), 0, MADE + 9 * DAY), None);
}

#[test]
fn what_is_no_rule_is_refused() {
    for rule in [
        json!({"action": {"type": "Delete"}, "condition": {}}),
        json!({"action": {"type": "Delete"}, "condition": {"age": -1}}),
        json!({"action": {"type": "Delete"}, "condition": {"createdBefore": "yesterday"}}),
        json!({"action": {"type": "Delete"}, "condition": {"weight": 1}}),
        json!({"action": {"type": "SetStorageClass"}, "condition": {"age": 1}}),
        json!({"action": {"type": "SetStorageClass", "storageClass": "COOL"}, "condition": {"age": 1}}),
        json!({"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"isLive": true}}),
    ] {
        assert!(check(&json!({"rule": [rule]})).is_err(), "{rule}");
    }
    assert!(check(&json!({})).is_ok());
}

proptest! {
    #[test]
    fn no_rule_brings_it_down(days: i64, now: i64, started: i64, date in ".{0,12}", newer: usize) {
        let rules = json!({"rule": [
            {"action": {"type": "Delete"}, "condition": {"age": days, "createdBefore": date, "numNewerVersions": newer}},
            {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": days}},
        ]});
        let _ = check(&rules);
        let rules = Lifecycle::of(Some(&rules));
        let _ = (rules.verdict(&object(), newer, now), rules.aborts("a", started, now));
    }
}
