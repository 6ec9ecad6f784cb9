//! Counts as the fields of a hash: `{"comments": 1, "reactions": {"like": 2}}` is `comments` 1 and `reactions.like` 2.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Names and numbers of `counts`.
pub(super) fn flatten<C: Serialize>(counts: &C) -> Vec<(String, u64)> {
    let mut fields = Vec::new();
    if let Ok(value) = serde_json::to_value(counts) {
        walk("", &value, &mut fields);
    }
    fields
}

/// The counts of which `fields` are the names and numbers; none when one is missing. A number below zero is zero: a nudge came for what was not counted.
pub(super) fn unflatten<C: DeserializeOwned>(fields: &HashMap<String, i64>) -> Option<C> {
    let mut root = Map::new();
    for (name, number) in fields {
        insert(&mut root, name, (*number).max(0));
    }
    serde_json::from_value(Value::Object(root)).ok()
}

fn walk(prefix: &str, value: &Value, fields: &mut Vec<(String, u64)>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let name = if prefix.is_empty() {
                    name.clone()
                } else {
                    format!("{prefix}.{name}")
                };
                walk(&name, value, fields);
            }
        }
        other => fields.extend(other.as_u64().map(|number| (prefix.to_owned(), number))),
    }
}

fn insert(map: &mut Map<String, Value>, name: &str, number: i64) {
    match name.split_once('.') {
        None => {
            map.insert(name.to_owned(), number.into());
        }
        Some((first, rest)) => {
            let inner = map.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::resources::{PostCounters, ReactionCounts};
    use proptest::prelude::*;

    fn hash(counters: &PostCounters) -> HashMap<String, i64> {
        let fields = flatten(counters).into_iter();
        fields
            .map(|(name, number)| (name, i64::try_from(number).unwrap()))
            .collect()
    }

    #[test]
    fn a_missing_field_is_no_zero_and_a_negative_one_is() {
        let counters = PostCounters {
            comments: 3,
            reactions: ReactionCounts {
                wow: 1,
                ..ReactionCounts::default()
            },
            shares: 0,
        };
        let mut fields = hash(&counters);
        assert_eq!(fields.get("reactions.wow"), Some(&1));
        fields.insert("comments".to_owned(), -1);
        assert_eq!(unflatten::<PostCounters>(&fields).unwrap().comments, 0);
        fields.remove("reactions.like");
        assert_eq!(unflatten::<PostCounters>(&fields), None);
    }

    proptest! {
        #[test]
        fn counts_survive_the_hash(comments in 0..u64::from(u32::MAX), like in 0..u64::from(u32::MAX), angry in 0..u64::from(u32::MAX)) {
            let reactions = ReactionCounts { like, angry, ..ReactionCounts::default() };
            let counters = PostCounters { comments, reactions, shares: like };
            prop_assert_eq!(unflatten::<PostCounters>(&hash(&counters)), Some(counters));
        }
    }
}
