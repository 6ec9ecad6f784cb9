//! What an index's entries hold, whatever collection they are of.

use crate::firestore::path::FieldPath;
use std::fmt;

/// An index: the values of its parts one after the other, then the document. Its text names it in storage.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct IndexDefinition {
    /// What it is sorted by first.
    pub(crate) parts: Vec<IndexPart>,
    /// Whether the documents' names, which it is sorted by last, go from the greatest to the least.
    pub(crate) name_descending: bool,
}

/// One value of each entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct IndexPart {
    /// The field.
    pub(crate) path: FieldPath,
    /// What of it.
    pub(crate) kind: PartKind,
}

/// What an entry holds of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum PartKind {
    /// Its value, from the least to the greatest.
    Ascending,
    /// Its value, from the greatest to the least.
    Descending,
    /// One element of the array: an entry for each.
    Contains,
}

impl IndexDefinition {
    /// A field's own index; its entries are read from the end where the order goes down.
    pub(crate) fn single(path: FieldPath, element: bool) -> Self {
        let kind = if element {
            PartKind::Contains
        } else {
            PartKind::Ascending
        };
        Self {
            parts: vec![IndexPart { path, kind }],
            name_descending: false,
        }
    }
}

impl fmt::Display for IndexDefinition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            let kind = match part.kind {
                PartKind::Ascending => "ASC",
                PartKind::Descending => "DESC",
                PartKind::Contains => "CONTAINS",
            };
            write!(out, "{} {kind},", part.path)?;
        }
        write!(
            out,
            "__name__ {}",
            if self.name_descending { "DESC" } else { "ASC" }
        )
    }
}
