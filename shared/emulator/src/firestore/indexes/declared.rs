//! Declared indexes, as `firestore.indexes.json` of the Firebase CLI has them.
//!
//! The format: <https://firebase.google.com/docs/reference/firestore/indexes>.

use super::definition::{IndexDefinition, IndexPart, PartKind};
use crate::firestore::path::FieldPath;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The file's content.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Declared {
    /// Indexes over several fields.
    #[serde(default)]
    pub(crate) indexes: Vec<Composite>,
    /// Fields whose own indexes are not the usual ones.
    #[serde(default)]
    pub(crate) field_overrides: Vec<Override>,
}

/// An index over several fields.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Composite {
    /// The id of the collections.
    pub(crate) collection_group: String,
    /// Which queries it serves.
    #[serde(default)]
    pub(crate) query_scope: Scope,
    /// What it is sorted by.
    pub(crate) fields: Vec<Part>,
    #[serde(default, skip_serializing)]
    #[expect(
        dead_code,
        reason = "accepted because the Firebase CLI writes it; it changes no query of this kind"
    )]
    density: serde::de::IgnoredAny,
    #[serde(default, skip_serializing)]
    #[expect(
        dead_code,
        reason = "accepted because the Firebase CLI writes it; it changes no query of this kind"
    )]
    api_scope: serde::de::IgnoredAny,
}

/// One field of a composite index: its order, or that its elements are indexed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Part {
    /// The field.
    #[serde(deserialize_with = "read_path", serialize_with = "write_path")]
    pub(crate) field_path: FieldPath,
    /// Sorted by value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<Direction>,
    /// Found by element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) array_config: Option<ArrayConfig>,
}

/// The indexes of one field that replace the usual ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Override {
    /// The id of the collections.
    pub(crate) collection_group: String,
    /// The field, with all that is inside it; `*` for every field.
    pub(crate) field_path: String,
    /// All indexes that it has.
    #[serde(default)]
    pub(crate) indexes: Vec<Single>,
    #[serde(default, skip_serializing)]
    #[expect(
        dead_code,
        reason = "accepted because the Firebase CLI writes it; expiry changes no index"
    )]
    ttl: serde::de::IgnoredAny,
}

/// One index over one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Single {
    /// Sorted by value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<Direction>,
    /// Found by element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) array_config: Option<ArrayConfig>,
    /// Which queries it serves.
    #[serde(default)]
    pub(crate) query_scope: Scope,
}

/// Which queries an index serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Scope {
    /// Those over one collection.
    #[default]
    Collection,
    /// Those over all collections of an id.
    CollectionGroup,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Direction {
    /// From the least to the greatest.
    Ascending,
    /// From the greatest to the least.
    Descending,
}

impl Direction {
    /// Of an order.
    pub(crate) fn of(descending: bool) -> Self {
        if descending {
            Self::Descending
        } else {
            Self::Ascending
        }
    }
}

/// How the elements of an array are indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ArrayConfig {
    /// Each one is found.
    Contains,
}

impl Composite {
    /// An index as one would declare it.
    pub(crate) fn new(collection_group: String, query_scope: Scope, fields: Vec<Part>) -> Self {
        let (density, api_scope) = Default::default();
        Self {
            collection_group,
            query_scope,
            fields,
            density,
            api_scope,
        }
    }
}

impl Composite {
    /// What its entries hold. The name goes as the last field does, unless it is said.
    pub(crate) fn definition(&self) -> IndexDefinition {
        let descending = |part: &Part| part.order == Some(Direction::Descending);
        let fields = match self.fields.as_slice() {
            [fields @ .., last] if last.field_path.is_name() => fields,
            fields => fields,
        };
        let part = |part: &Part| IndexPart {
            path: part.field_path.clone(),
            kind: match part.array_config {
                Some(ArrayConfig::Contains) => PartKind::Contains,
                None if descending(part) => PartKind::Descending,
                None => PartKind::Ascending,
            },
        };
        IndexDefinition {
            parts: fields.iter().map(part).collect(),
            name_descending: self.fields.last().is_some_and(descending),
        }
    }
}

impl Override {
    /// An override as one would declare it.
    pub(crate) fn new(collection_group: String, field_path: &FieldPath, indexes: Vec<Single>) -> Self {
        let ttl = serde::de::IgnoredAny;
        Self {
            collection_group,
            field_path: field_path.to_string(),
            indexes,
            ttl,
        }
    }
}

impl Declared {
    /// The composite indexes of collections of that id.
    pub(crate) fn of_collection(&self, collection: &str) -> impl Iterator<Item = &Composite> {
        self.indexes
            .iter()
            .filter(move |index| index.collection_group == collection)
    }

    /// The indexes that one field has of its own.
    pub(crate) fn singles(&self, collection: &str, path: &FieldPath) -> Vec<Single> {
        let covers = |one: &Override| FieldPath::parse(&one.field_path).is_ok_and(|field| field.covers(path));
        let named =
            |one: &&Override| one.collection_group == collection && (one.field_path == "*" || covers(one));
        let nearest = self
            .field_overrides
            .iter()
            .filter(named)
            .max_by_key(|one| specificity(&one.field_path));
        nearest.map_or_else(usual, |nearest| nearest.indexes.clone())
    }
}

/// The nearer field's override counts; `*` only where nothing else does.
fn specificity(field_path: &str) -> usize {
    if field_path == "*" { 0 } else { field_path.len() }
}

/// What every field has that nobody spoke of.
fn usual() -> Vec<Single> {
    let single = |order, array_config| Single {
        order,
        array_config,
        query_scope: Scope::Collection,
    };
    vec![
        single(Some(Direction::Ascending), None),
        single(Some(Direction::Descending), None),
        single(None, Some(ArrayConfig::Contains)),
    ]
}

fn read_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FieldPath, D::Error> {
    FieldPath::parse(&String::deserialize(deserializer)?)
        .map_err(|status| serde::de::Error::custom(status.message()))
}

fn write_path<S: Serializer>(path: &FieldPath, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(path)
}
