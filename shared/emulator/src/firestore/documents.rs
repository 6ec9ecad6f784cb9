//! All documents, by collection, with the older versions that running transactions still see.

use super::name::{compare, split_last};
use super::time::micros;
use gcloud_sdk::google::firestore::v1::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The moment a reader sees: everything committed up to then (microseconds).
pub(crate) type Snapshot = i64;

/// Sees whatever is committed.
pub(crate) const LATEST: Snapshot = i64::MAX;

/// A document's name and what it becomes (`None`: deleted).
pub(crate) type Change = (String, Option<Arc<Document>>);

/// Documents in memory.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    collections: BTreeMap<String, Collection>,
    /// Documents with versions that nobody needs once no transaction is running.
    untidy: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Collection {
    by_id: BTreeMap<String, Versions>,
    changed: Snapshot,
}

/// Oldest first; `None` is a deletion.
#[derive(Debug, Default)]
struct Versions(Vec<(Snapshot, Option<Arc<Document>>)>);

impl Versions {
    fn at(&self, snapshot: Snapshot) -> Option<&Arc<Document>> {
        self.0
            .iter()
            .rev()
            .find(|(time, _)| *time <= snapshot)?
            .1
            .as_ref()
    }

    fn last_change(&self) -> Snapshot {
        self.0.last().map_or(Snapshot::MIN, |(time, _)| *time)
    }

    /// Forgets what no snapshot from `oldest` on sees; answers whether something stays that will have to go later.
    fn tidy(&mut self, oldest: Snapshot) -> bool {
        let seen = self.0.iter().rposition(|(time, _)| *time <= oldest).unwrap_or(0);
        self.0.drain(..seen);
        if let [(time, None)] = self.0[..]
            && time <= oldest
        {
            self.0.clear();
        }
        self.0.len() > 1 || matches!(self.0[..], [(_, None)])
    }
}

impl Documents {
    /// Takes in what was stored.
    pub(crate) fn load(stored: impl IntoIterator<Item = Document>) -> Self {
        let mut documents = Self::default();
        for document in stored {
            let time = document.update_time.as_ref().map(micros).unwrap_or_default();
            let document = Arc::new(document);
            documents.put(&document.name, Some(Arc::clone(&document)), time);
        }
        documents
    }

    /// The document of that name.
    pub(crate) fn get(&self, name: &str, snapshot: Snapshot) -> Option<&Arc<Document>> {
        let (collection, id) = split_last(name);
        self.collections.get(collection)?.by_id.get(id)?.at(snapshot)
    }

    /// Whether the document changed after `snapshot`.
    pub(crate) fn changed_since(&self, name: &str, snapshot: Snapshot) -> bool {
        let (collection, id) = split_last(name);
        let versions = self
            .collections
            .get(collection)
            .and_then(|collection| collection.by_id.get(id));
        versions.is_some_and(|versions| versions.last_change() > snapshot)
    }

    /// Writes all changes of a commit made at `time`; versions that `oldest` (the oldest running snapshot) still sees stay.
    pub(crate) fn commit(&mut self, changes: Vec<Change>, time: Snapshot, oldest: Snapshot) {
        for (name, document) in changes {
            self.put(&name, document, time);
            self.untidy.insert(name);
        }
        for name in std::mem::take(&mut self.untidy) {
            if self.tidy(&name, oldest) {
                self.untidy.insert(name);
            }
        }
    }

    fn put(&mut self, name: &str, document: Option<Arc<Document>>, time: Snapshot) {
        let (collection, id) = split_last(name);
        let collection = self.collections.entry(collection.to_owned()).or_default();
        collection.changed = collection.changed.max(time);
        collection
            .by_id
            .entry(id.to_owned())
            .or_default()
            .0
            .push((time, document));
    }

    fn tidy(&mut self, name: &str, oldest: Snapshot) -> bool {
        let (path, id) = split_last(name);
        let Some(collection) = self.collections.get_mut(path) else {
            return false;
        };
        let Some(versions) = collection.by_id.get_mut(id) else {
            return false;
        };
        let untidy = versions.tidy(oldest);
        if versions.0.is_empty() {
            collection.by_id.remove(id);
        }
        untidy
    }

    /// The documents of one collection, in no promised order.
    pub(crate) fn collection(&self, path: &str, snapshot: Snapshot) -> impl Iterator<Item = &Arc<Document>> {
        let collection = self.collections.get(path);
        collection
            .into_iter()
            .flat_map(move |collection| collection.by_id.values().filter_map(move |v| v.at(snapshot)))
    }

    /// The paths of all collections below `parent` that have ever had a document, at any depth, in the order of their names.
    pub(crate) fn collections_below(&self, parent: &str) -> Vec<&str> {
        self.below(parent).map(|(path, _)| path).collect()
    }

    fn below(&self, parent: &str) -> impl Iterator<Item = (&str, &Collection)> {
        let prefix = format!("{parent}/");
        let from = self.collections.range(prefix.clone()..);
        from.take_while(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, collection)| (path.as_str(), collection))
    }

    /// Whether any of these collections changed after `snapshot`.
    pub(crate) fn any_changed_since(&self, paths: &[&str], snapshot: Snapshot) -> bool {
        paths
            .iter()
            .any(|path| self.collections.get(*path).is_some_and(|c| c.changed > snapshot))
    }

    /// The ids of the collections directly below `parent` that hold a document somewhere, sorted.
    pub(crate) fn collection_ids(&self, parent: &str, snapshot: Snapshot) -> Vec<String> {
        let first = |path: &str| {
            path.get(parent.len() + 1..)
                .and_then(|rest| rest.split('/').next())
                .map(str::to_owned)
        };
        let held = self
            .below(parent)
            .filter(|(_, c)| c.by_id.values().any(|v| v.at(snapshot).is_some()));
        held.filter_map(|(path, _)| first(path))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// The names of documents of a collection that are not there, but have documents below them.
    pub(crate) fn missing(&self, collection: &str, snapshot: Snapshot) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (path, held) in self.below(collection) {
            let id = path
                .get(collection.len() + 1..)
                .and_then(|rest| rest.split('/').next())
                .unwrap_or_default();
            let name = format!("{collection}/{id}");
            let lives = held
                .by_id
                .values()
                .any(|versions| versions.at(snapshot).is_some());
            if lives && names.last() != Some(&name) && self.get(&name, snapshot).is_none() {
                names.push(name);
            }
        }
        names.sort_unstable_by(|a, b| compare(a, b));
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firestore::time::timestamp;

    const ROOT: &str = "projects/p/databases/(default)/documents";

    fn document(name: &str, time: i64) -> Arc<Document> {
        Arc::new(Document {
            name: name.to_owned(),
            update_time: Some(timestamp(time)),
            ..Document::default()
        })
    }

    #[test]
    fn a_snapshot_sees_what_was_committed_before_it() {
        let name = format!("{ROOT}/users/a");
        let mut documents = Documents::default();
        documents.commit(vec![(name.clone(), Some(document(&name, 10)))], 10, 10);
        documents.commit(vec![(name.clone(), Some(document(&name, 20)))], 20, 15);
        documents.commit(vec![(name.clone(), None)], 30, 15);
        let seen = |at| {
            documents
                .get(&name, at)
                .and_then(|d| d.update_time.as_ref().map(micros))
        };
        assert_eq!((seen(15), seen(25), seen(35)), (Some(10), Some(20), None));
        assert!(documents.changed_since(&name, 29) && !documents.changed_since(&name, 30));
    }

    #[test]
    fn what_no_transaction_sees_is_forgotten() {
        let (a, b) = (format!("{ROOT}/users/a"), format!("{ROOT}/users/b"));
        let mut documents = Documents::default();
        documents.commit(vec![(a.clone(), Some(document(&a, 10)))], 10, 5);
        documents.commit(vec![(a.clone(), None)], 20, 5);
        documents.commit(vec![(b.clone(), Some(document(&b, 30)))], 30, LATEST);
        assert!(documents.untidy.is_empty());
        assert_eq!(documents.collections[&format!("{ROOT}/users")].by_id.len(), 1);
    }

    #[test]
    fn parents_that_are_not_there_are_found_by_their_children() {
        let child = format!("{ROOT}/users/a/posts/p");
        let documents = Documents::load([Document::clone(&document(&child, 1))]);
        assert_eq!(
            documents.missing(&format!("{ROOT}/users"), LATEST),
            [format!("{ROOT}/users/a")]
        );
        assert_eq!(documents.collection_ids(ROOT, LATEST), ["users"]);
        assert_eq!(
            documents.collection_ids(&format!("{ROOT}/users/a"), LATEST),
            ["posts"]
        );
    }
}
