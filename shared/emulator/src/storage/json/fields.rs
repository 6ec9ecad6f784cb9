//! Partial answers: the `fields` parameter (<https://cloud.google.com/storage/docs/json_api#partial-response>), such as
//! `items(name,metadata/key),nextPageToken`.

use crate::storage::failure::Failure;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What of an answer is wanted. No entry is all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(BTreeMap<String, Fields>);

/// Parentheses may not be nested deeper.
const DEEPEST: usize = 16;

impl Fields {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let mut rest = text;
        match list(&mut rest, 0) {
            Some(fields) if rest.is_empty() => Ok(fields),
            _ => Err(Failure::invalid(format!("Invalid field selection {text}"))),
        }
    }

    /// The wanted part of `value`; lists are taken item by item.
    pub(super) fn of(&self, value: &Value) -> Value {
        match value {
            _ if self.0.is_empty() => value.clone(),
            Value::Array(items) => items.iter().map(|item| self.of(item)).collect(),
            Value::Object(fields) => {
                let wanted = |(name, value): (&String, &Value)| {
                    let below = self.0.get(name).or_else(|| self.0.get("*"))?;
                    Some((name.clone(), below.of(value)))
                };
                Value::Object(fields.iter().filter_map(wanted).collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn add(&mut self, path: &[&str], below: Self) {
        match path {
            [] => self.0.extend(below.0),
            [first, rest @ ..] => {
                let whole = self.0.get(*first).is_some_and(|known| known.0.is_empty());
                let entry = self.0.entry((*first).to_owned()).or_default();
                // What is wanted whole stays whole.
                if whole || (rest.is_empty() && below.0.is_empty()) {
                    entry.0.clear();
                } else {
                    entry.add(rest, below);
                }
            }
        }
    }
}

/// `path(list),path,...` up to the end or a closing parenthesis.
fn list(rest: &mut &str, depth: usize) -> Option<Fields> {
    if depth > DEEPEST {
        return None;
    }
    let mut fields = Fields::default();
    loop {
        let end = rest.find([',', '(', ')']).unwrap_or(rest.len());
        let (path, tail) = rest.split_at_checked(end)?;
        let path: Vec<&str> = path.split('/').map(str::trim).collect();
        if path.iter().any(|name| name.is_empty()) || path.len() > DEEPEST {
            return None;
        }
        *rest = tail;
        let mut below = Fields::default();
        if let Some(tail) = rest.strip_prefix('(') {
            *rest = tail;
            below = list(rest, depth + 1)?;
            *rest = rest.strip_prefix(')')?;
        }
        fields.add(&path, below);
        match rest.strip_prefix(',') {
            Some(tail) => *rest = tail,
            None => return Some(fields),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_table_of_selections() {
        let answer = json!({"kind": "k", "items": [{"name": "a", "size": "1", "metadata": {"x": "1", "y": "2"}}, {"name": "b"}], "next": "t"});
        for (fields, wanted) in [
            ("next", json!({"next": "t"})),
            (
                "items(name),next",
                json!({"items": [{"name": "a"}, {"name": "b"}], "next": "t"}),
            ),
            ("items/name", json!({"items": [{"name": "a"}, {"name": "b"}]})),
            (
                "items/metadata/x",
                json!({"items": [{"metadata": {"x": "1"}}, {}]}),
            ),
            (
                "items(metadata(x),name)",
                json!({"items": [{"metadata": {"x": "1"}, "name": "a"}, {"name": "b"}]}),
            ),
            (
                "items/name,items/size",
                json!({"items": [{"name": "a", "size": "1"}, {"name": "b"}]}),
            ),
            (
                "next,items,items/name",
                json!({"items": answer["items"], "next": "t"}),
            ),
            ("items/name,items", json!({"items": answer["items"]})),
            ("*", answer.clone()),
            (
                "*/name",
                json!({"kind": "k", "items": [{"name": "a"}, {"name": "b"}], "next": "t"}),
            ),
            ("absent", json!({})),
        ] {
            assert_eq!(Fields::parse(fields).unwrap().of(&answer), wanted, "{fields}");
        }
        for wrong in ["", "a(", "a)", "a(b", "a//b", ",", "a,", "a()"] {
            assert!(Fields::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_selection_brings_it_down(text in "[a*/,()]{0,40}") {
            if let Ok(fields) = Fields::parse(&text) {
                fields.of(&json!({"a": [{"a": 1}]}));
            }
        }
    }
}
