//! Field paths: `a.b`, with segments in back-quotes where they are no simple names (`` a.`b.c` ``).
//!
//! The grammar is that of `DocumentMask` and `StructuredQuery.FieldReference` in the published protocol.

use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{MapValue, Value};
use std::collections::HashMap;
use tonic::Status;

/// The fields of a document or a map.
pub(crate) type Fields = HashMap<String, Value>;

/// The longest path, in bytes.
const LONGEST_PATH: usize = 1500;

/// The names to follow from a document's fields inwards; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FieldPath(Vec<String>);

impl FieldPath {
    /// Reads a path as it is written in masks, filters and orders.
    pub(crate) fn parse(text: &str) -> Result<Self, Status> {
        if text.len() > LONGEST_PATH {
            return Err(Status::invalid_argument(format!(
                "Property path is longer than {LONGEST_PATH} bytes."
            )));
        }
        let invalid = || Status::invalid_argument(format!("Invalid property path \"{text}\"."));
        let mut segments = Vec::new();
        let mut rest = text;
        loop {
            let (segment, after) = take_segment(rest).ok_or_else(invalid)?;
            segments.push(segment);
            match after.strip_prefix('.') {
                Some(more) => rest = more,
                None if after.is_empty() => return Ok(Self(segments)),
                None => return Err(invalid()),
            }
        }
    }

    /// A field of a document.
    pub(crate) fn of(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// A field of the map that is at this path.
    pub(crate) fn inner(&self, name: &str) -> Self {
        Self([self.0.as_slice(), &[name.to_owned()]].concat())
    }

    /// The names on the way.
    pub(crate) fn segments(&self) -> &[String] {
        &self.0
    }

    /// Whether this is the document's own name.
    pub(crate) fn is_name(&self) -> bool {
        self.0.len() == 1 && self.0[0] == "__name__"
    }

    /// Whether `other` is this path or leads through it.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The value at the path.
    pub(crate) fn get<'a>(&self, fields: &'a Fields) -> Option<&'a Value> {
        let (last, maps) = self.0.split_last()?;
        maps.iter()
            .try_fold(fields, |fields, name| map_in(fields.get(name)?))?
            .get(last)
    }

    /// Puts `value` at the path; whatever is no map on the way becomes one.
    pub(crate) fn set(&self, fields: &mut Fields, value: Value) {
        set_below(fields, &self.0, value);
    }

    /// Takes away what is at the path, if anything is.
    pub(crate) fn remove(&self, fields: &mut Fields) {
        let Some((last, maps)) = self.0.split_last() else {
            return;
        };
        let inner = maps.iter().try_fold(fields, |fields, name| {
            match fields.get_mut(name)?.value_type.as_mut()? {
                ValueType::MapValue(map) => Some(&mut map.fields),
                _ => None,
            }
        });
        if let Some(inner) = inner {
            inner.remove(last);
        }
    }
}

impl std::fmt::Display for FieldPath {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            if is_simple(segment) {
                write!(out, "{dot}{segment}")?;
            } else {
                write!(
                    out,
                    "{dot}`{}`",
                    segment.replace('\\', "\\\\").replace('`', "\\`")
                )?;
            }
        }
        Ok(())
    }
}

/// The fields of a map's value.
pub(crate) fn map_in(value: &Value) -> Option<&Fields> {
    match value.value_type.as_ref()? {
        ValueType::MapValue(map) => Some(&map.fields),
        _ => None,
    }
}

fn set_below(fields: &mut Fields, path: &[String], value: Value) {
    match path {
        [] => {}
        [last] => {
            fields.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let outer = fields.entry(first.clone()).or_default();
            let mut map = match outer.value_type.take() {
                Some(ValueType::MapValue(map)) => map,
                _ => MapValue::default(),
            };
            set_below(&mut map.fields, rest, value);
            outer.value_type = Some(ValueType::MapValue(map));
        }
    }
}

fn is_simple(segment: &str) -> bool {
    let mut letters = segment.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The first segment of `text`, unquoted, and what follows it.
fn take_segment(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('`') else {
        let end = text.find('.').unwrap_or(text.len());
        let (segment, rest) = text.split_at(end);
        return is_simple(segment).then(|| (segment.to_owned(), rest));
    };
    let mut segment = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '`' if segment.is_empty() => return None,
            '`' => return Some((segment, &quoted[at + 1..])),
            '\\' => segment.push(letters.next()?.1),
            other => segment.push(other),
        }
    }
    None
}

/// Takes only the fields that `paths` name.
pub(crate) fn project(fields: &Fields, paths: &[FieldPath]) -> Fields {
    let mut kept = Fields::new();
    for path in paths {
        if let Some(value) = path.get(fields) {
            path.set(&mut kept, value.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(value: i64) -> Value {
        Value {
            value_type: Some(ValueType::IntegerValue(value)),
        }
    }

    #[test]
    fn quoted_segments_hold_anything() {
        let path = FieldPath::parse("a.`b.c`.`d\\`e`._f1").unwrap();
        assert_eq!(path.0, ["a", "b.c", "d`e", "_f1"]);
        for bad in [
            "", ".", "a.", ".a", "a..b", "`a", "``", "1a", "a-b", "a`b`", "a b",
        ] {
            assert!(FieldPath::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nested_fields_are_set_read_and_removed() {
        let (deep, shallow) = (FieldPath::parse("a.b").unwrap(), FieldPath::parse("a").unwrap());
        let mut fields = Fields::from([("a".to_owned(), number(1))]);
        deep.set(&mut fields, number(2));
        assert_eq!(deep.get(&fields), Some(&number(2)));
        assert_eq!(project(&fields, std::slice::from_ref(&deep)), fields);
        assert!(shallow.covers(&deep) && !deep.covers(&shallow));
        deep.remove(&mut fields);
        assert_eq!(
            shallow.get(&fields),
            Some(&Value {
                value_type: Some(ValueType::MapValue(MapValue::default()))
            })
        );
    }

    proptest! {
        #[test]
        fn a_printed_path_reads_back(segments in proptest::collection::vec("[a-z.`\\\\ ]{1,4}", 1..4)) {
            let path = FieldPath(segments);
            prop_assert_eq!(FieldPath::parse(&path.to_string()).unwrap(), path);
        }
    }
}
