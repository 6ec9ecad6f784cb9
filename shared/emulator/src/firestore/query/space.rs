//! How keys name documents: by their path from the database's root, or by their id in one collection.

use super::range::Ranges;
use crate::firestore::key::name::{below, id_end, ids, read_id, read_path};
use crate::firestore::key::{TOP, after};

/// Above paths and entries of collection groups, or within one collection.
#[derive(Debug, Clone)]
pub(crate) enum Space {
    /// Whole paths, from the database's root (its name).
    Paths(String),
    /// Ids in a collection: its full path, and that path's bytes without an end.
    Ids(String, Vec<u8>),
}

/// Where a path stands in a space.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// What is below the path is below this key, and nothing else is.
    pub(crate) key: Vec<u8>,
    /// Whether a document there has this very key.
    pub(crate) exact: bool,
}

impl Space {
    /// Of the documents in one collection.
    pub(crate) fn of_collection(root: &str, path: &str) -> Self {
        let mut prefix = Vec::new();
        ids(&mut prefix, below(root, path));
        Self::Ids(path.to_owned(), prefix)
    }

    /// The place of a path's bytes, or of the end of a range of them.
    pub(crate) fn place(&self, path: &[u8]) -> Place {
        let Self::Ids(_, prefix) = self else {
            return Place {
                key: path.to_vec(),
                exact: true,
            };
        };
        let inexact = |key| Place { key, exact: false };
        let Some(rest) = path.strip_prefix(prefix.as_slice()) else {
            return inexact(if path < prefix.as_slice() {
                Vec::new()
            } else {
                vec![TOP]
            });
        };
        let Some(end) = id_end(rest) else {
            return inexact(rest.to_vec());
        };
        match &rest[end..] {
            [0] => Place {
                key: rest[..end].to_vec(),
                exact: true,
            },
            [] => inexact(rest.to_vec()), // a path without its end: the document and all below it follow
            _ => inexact(after(rest[..end].to_vec())),
        }
    }

    /// Ranges of paths as ranges of this space.
    pub(crate) fn ranges(&self, paths: &Ranges) -> Ranges {
        let here = paths
            .0
            .iter()
            .map(|(from, to)| (self.place(from).key, self.place(to).key));
        Ranges(here.filter(|(from, to)| from < to).collect())
    }

    /// A key's path.
    pub(crate) fn path(&self, key: &[u8]) -> Vec<u8> {
        match self {
            Self::Paths(_) => key.to_vec(),
            Self::Ids(_, prefix) => [prefix.as_slice(), key, &[0]].concat(),
        }
    }

    /// The full name of the document that a key names.
    pub(crate) fn name(&self, key: &[u8]) -> Option<String> {
        match self {
            Self::Paths(root) => Some(format!("{root}/{}", read_path(key)?)),
            Self::Ids(path, _) => match read_id(key)? {
                (id, []) => Some(format!("{path}/{id}")),
                _ => None,
            },
        }
    }
}
