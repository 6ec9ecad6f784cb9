//! What one commit does to the tables.

use super::failed::Failed;
use super::purge::purge;
use super::rows;
use super::scopes::{Interning, Numbers};
use super::snapshot::{Moment, Snapshot};
use super::tables::{LAST_COMMIT, set_state};
use crate::firestore::indexes::{Declared, Intern as _, entries_of};
use crate::firestore::time::micros;
use gcloud_sdk::google::firestore::v1::Document;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a commit replaces moves here: `?1` collection, `?2` id, `?3` the commit's time.
const KEEP: &str = "INSERT INTO firestore_past_documents (collection, id, since, until, created, body)
    SELECT collection, id, since, ?3, created, body FROM firestore_documents WHERE collection = ?1 AND id = ?2";
const PUT: &str = "INSERT OR REPLACE INTO firestore_documents (collection, id, since, created, body)
    VALUES (?1, ?2, ?3, ?4, ?5)";
const DELETE: &str = "DELETE FROM firestore_documents WHERE collection = ?1 AND id = ?2";

/// The same for index entries: `?1` the key, `?2` the commit's time.
const KEEP_ENTRY: &str = "INSERT INTO firestore_past_entries (key, since, until)
    SELECT key, since, ?2 FROM firestore_entries WHERE key = ?1";
const PUT_ENTRY: &str = "INSERT OR REPLACE INTO firestore_entries (key, since) VALUES (?1, ?2)";
const DELETE_ENTRY: &str = "DELETE FROM firestore_entries WHERE key = ?1";

/// A document's name, what it was and what it becomes (`None`: it is not there).
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The name.
    pub(crate) name: String,
    /// What it was.
    pub(crate) before: Option<Arc<Document>>,
    /// What it becomes.
    pub(crate) after: Option<Arc<Document>>,
}

impl Change {
    /// The document as it is.
    pub(crate) fn none(name: &str, document: Option<Arc<Document>>) -> Self {
        Self {
            name: name.to_owned(),
            before: document.clone(),
            after: document,
        }
    }

    /// Whether it is none.
    pub(crate) fn is_none(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => Arc::ptr_eq(before, after),
            (before, after) => before.is_none() && after.is_none(),
        }
    }
}

/// A commit under way, in its transaction.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    connection: &'a Connection,
    numbers: &'a mut Numbers,
    declared: &'a Declared,
    time: Moment,
}

impl<'a> Session<'a> {
    /// A commit at `time`, to a database whose project `declared` indexes.
    pub(crate) fn new(
        connection: &'a Connection,
        numbers: &'a mut Numbers,
        declared: &'a Declared,
        time: Moment,
    ) -> Self {
        Self {
            connection,
            numbers,
            declared,
            time,
        }
    }

    /// The commit's time.
    pub(crate) fn time(&self) -> Moment {
        self.time
    }

    /// What is stored: what was committed before, and what this commit has changed.
    pub(crate) fn now(&self) -> Snapshot<'a> {
        Snapshot::new(self.connection, self.time, false)
    }

    /// Stores a change, and what it replaces among the past. A document with too many index entries is refused, and nothing stored.
    pub(crate) fn store(&mut self, change: &Change) -> Result<(), Failed> {
        let mut interning = Interning {
            connection: self.connection,
            numbers: self.numbers,
        };
        let mut keys = |document: &Option<Arc<Document>>| match document {
            Some(document) => entries_of(document, self.declared, &mut interning),
            None => Ok(BTreeSet::new()),
        };
        let (after, before) = (keys(&change.after)?, keys(&change.before)?);
        let (collection, id) = rows::place(&change.name);
        let collection = interning.collection(collection)?;
        self.store_document(collection, &id, change)?;
        self.store_entries(&before, &after)?;
        Ok(())
    }

    fn store_document(&self, collection: u32, id: &[u8], change: &Change) -> rusqlite::Result<()> {
        if change.before.is_some() {
            let mut keep = self.connection.prepare_cached(KEEP)?;
            keep.execute(params![collection, id, self.time])?;
        }
        let Some(document) = &change.after else {
            let mut delete = self.connection.prepare_cached(DELETE)?;
            return delete.execute(params![collection, id]).map(drop);
        };
        let time = |time: &Option<prost_types::Timestamp>| time.as_ref().map_or(self.time, micros);
        let (since, created) = (time(&document.update_time), time(&document.create_time));
        let mut put = self.connection.prepare_cached(PUT)?;
        put.execute(params![collection, id, since, created, rows::body(document)])
            .map(drop)
    }

    /// An entry that stays keeps its time.
    fn store_entries(&self, before: &BTreeSet<Vec<u8>>, after: &BTreeSet<Vec<u8>>) -> rusqlite::Result<()> {
        for key in before.difference(after) {
            let mut keep = self.connection.prepare_cached(KEEP_ENTRY)?;
            keep.execute(params![key, self.time])?;
            self.connection
                .prepare_cached(DELETE_ENTRY)?
                .execute(params![key])?;
        }
        for key in after.difference(before) {
            let mut put = self.connection.prepare_cached(PUT_ENTRY)?;
            put.execute(params![key, self.time])?;
        }
        Ok(())
    }

    /// Ends the commit: keeps its time, and takes away at most `purged` documents of the past that nobody may read any more.
    pub(crate) fn end(&self, purged: usize) -> Result<(), Failed> {
        set_state(self.connection, LAST_COMMIT, self.time)?;
        purge(self.connection, self.time, purged)?;
        Ok(())
    }
}
