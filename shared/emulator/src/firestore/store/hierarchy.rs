//! Collections below documents: what is found by its place, not by its fields.

use super::failed::unreadable;
use super::snapshot::Snapshot;
use super::{ids, scopes};
use crate::firestore::name::Database;
use tonic::Status;

/// One after the other, the ids right below a path in the order of names, as far as anything was ever stored below them.
struct Children<'s, 'c> {
    snapshot: &'s Snapshot<'c>,
    database: Database,
    /// The path that they are below.
    base: Vec<u8>,
    from: Vec<u8>,
    to: Vec<u8>,
}

/// An id below a path, and the bounds of all paths that begin with it.
struct Child {
    id: String,
    from: Vec<u8>,
    to: Vec<u8>,
}

impl<'s, 'c> Children<'s, 'c> {
    /// Below `parent` (a full name), those after `after` alone.
    fn new(snapshot: &'s Snapshot<'c>, parent: &str, after: Option<&str>) -> Result<Self, Status> {
        let (database, relative) = scopes::split(parent)?;
        let base = ids::encode_path(relative);
        let start = match after {
            None => vec![0],
            Some(id) => ids::after_all_below(ids::encode(id)),
        };
        Ok(Self {
            snapshot,
            database,
            from: [base.as_slice(), &start].concat(),
            to: ids::after_all_below(base.clone()),
            base,
        })
    }

    fn next(&mut self) -> Result<Option<Child>, Status> {
        let first = self
            .snapshot
            .first_collection(&self.database, &self.from, &self.to)?;
        let Some((_, path)) = first else { return Ok(None) };
        let tail = path.get(self.base.len()..).unwrap_or_default();
        let (id, rest) = ids::decode_first(tail).ok_or_else(|| unreadable("a collection"))?;
        let from = path[..path.len() - rest.len()].to_vec();
        self.from = ids::after_all_below(from.clone());
        Ok(Some(Child {
            id,
            to: self.from.clone(),
            from,
        }))
    }

    /// Whether a document is there, somewhere below `child`.
    fn lives(&self, child: &Child) -> Result<bool, Status> {
        let mut from = child.from.clone();
        while let Some((number, path)) = self.snapshot.first_collection(&self.database, &from, &child.to)? {
            if self.snapshot.holds_any(number)? {
                return Ok(true);
            }
            from = [path.as_slice(), &[0]].concat();
        }
        Ok(false)
    }
}

/// The ids of the collections right below `parent` that hold a document somewhere, sorted: at most `most`, after `after`.
pub(crate) fn collection_ids(
    snapshot: &Snapshot<'_>,
    parent: &str,
    after: Option<&str>,
    most: usize,
) -> Result<Vec<String>, Status> {
    let mut children = Children::new(snapshot, parent, after)?;
    let mut found = Vec::new();
    while found.len() < most
        && let Some(child) = children.next()?
    {
        if children.lives(&child)? {
            found.push(child.id);
        }
    }
    Ok(found)
}

/// The names of documents of `collection` that are not there, but have documents below them: at most `most`, after the id `after`.
pub(crate) fn missing(
    snapshot: &Snapshot<'_>,
    collection: &str,
    after: Option<&str>,
    most: usize,
) -> Result<Vec<String>, Status> {
    let mut children = Children::new(snapshot, collection, after)?;
    let mut found = Vec::new();
    while found.len() < most
        && let Some(child) = children.next()?
    {
        let name = format!("{collection}/{}", child.id);
        if snapshot.get(&name)?.is_none() && children.lives(&child)? {
            found.push(name);
        }
    }
    Ok(found)
}
