//! Storage in maps, for tests: the same keys, and what was read is counted.

use super::source::{Keys, Source};
use crate::firestore::indexes::{Declared, IndexDefinition, Intern, entries_of};
use crate::firestore::key::name::encoded_id;
use crate::firestore::name::{Database, compare, split_last};
use gcloud_sdk::google::firestore::v1::Document;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tonic::Status;

/// Ids in the order in which they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    owners: BTreeMap<String, u32>,
    indexes: BTreeMap<String, u32>,
}

/// One snapshot.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    ids: Ids,
    entries: BTreeSet<Vec<u8>>,
    names: BTreeSet<(u32, Vec<u8>)>,
    documents: BTreeMap<String, Arc<Document>>,
    /// Keys read since the count was last set to zero.
    pub(crate) keys_read: Cell<usize>,
    /// Documents read since then.
    pub(crate) documents_read: Cell<usize>,
}

fn next(ids: &mut BTreeMap<String, u32>, name: String) -> u32 {
    let free = u32::try_from(ids.len()).unwrap() + 1;
    *ids.entry(name).or_insert(free)
}

fn group_name(database: &Database, collection_id: &str) -> String {
    format!("{}//{collection_id}", database.name)
}

impl Intern for Ids {
    fn collection(&mut self, path: &str) -> Result<u32, Status> {
        Ok(next(&mut self.owners, path.to_owned()))
    }

    fn group(&mut self, database: &Database, collection_id: &str) -> Result<u32, Status> {
        Ok(next(&mut self.owners, group_name(database, collection_id)))
    }

    fn index(&mut self, definition: &IndexDefinition) -> Result<u32, Status> {
        Ok(next(&mut self.indexes, definition.to_string()))
    }
}

impl Memory {
    /// Documents and their entries.
    pub(crate) fn of(documents: &[Document], declared: &Declared) -> Self {
        let mut memory = Self::default();
        for document in documents {
            let (path, id) = split_last(&document.name);
            let collection = memory.ids.collection(path).unwrap();
            memory.names.insert((collection, encoded_id(id)));
            memory
                .entries
                .extend(entries_of(document, declared, &mut memory.ids).unwrap());
            memory
                .documents
                .insert(document.name.clone(), Arc::new(document.clone()));
        }
        memory
    }

    /// How many keys and documents were read since the last call.
    pub(crate) fn take_reads(&self) -> (usize, usize) {
        (self.keys_read.take(), self.documents_read.take())
    }

    fn counted<'a>(&'a self, keys: impl DoubleEndedIterator<Item = Vec<u8>> + 'a, reverse: bool) -> Keys<'a> {
        let count = |key| {
            self.keys_read.set(self.keys_read.get() + 1);
            Ok(key)
        };
        if reverse {
            Box::new(keys.rev().map(count))
        } else {
            Box::new(keys.map(count))
        }
    }
}

impl Source for Memory {
    fn collection(&self, path: &str) -> Option<u32> {
        self.ids.owners.get(path).copied()
    }

    fn group(&self, database: &Database, collection_id: &str) -> Option<u32> {
        self.ids.owners.get(&group_name(database, collection_id)).copied()
    }

    fn collections_below(&self, parent: &str, collection_id: &str) -> Vec<(String, u32)> {
        let wanted = |path: &str| {
            path.starts_with(&format!("{parent}/"))
                && !path.contains("//")
                && (collection_id.is_empty() || split_last(path).1 == collection_id)
        };
        let owners = self.ids.owners.iter().filter(|(path, _)| wanted(path));
        let mut found: Vec<_> = owners.map(|(path, id)| (path.clone(), *id)).collect();
        found.sort_unstable_by(|(a, _), (b, _)| compare(a, b));
        found
    }

    fn index(&self, definition: &IndexDefinition) -> Option<u32> {
        self.ids.indexes.get(&definition.to_string()).copied()
    }

    fn entries(&self, from: Vec<u8>, to: Vec<u8>, reverse: bool) -> Keys<'_> {
        if from >= to {
            return Box::new(std::iter::empty());
        }
        self.counted(self.entries.range(from..to).cloned(), reverse)
    }

    fn ids(&self, collection: u32, from: Vec<u8>, to: Vec<u8>, reverse: bool) -> Keys<'_> {
        if from >= to {
            return Box::new(std::iter::empty());
        }
        let range = self.names.range((collection, from)..(collection, to));
        self.counted(range.map(|(_, id)| id.clone()), reverse)
    }

    fn document(&self, name: &str) -> Result<Option<Arc<Document>>, Status> {
        self.documents_read.set(self.documents_read.get() + 1);
        Ok(self.documents.get(name).cloned())
    }
}
