//! What is stored, as it was at one moment.

use super::failed::{database as failed, unreadable};
use super::range::{Keys, Range, Scan};
use super::rows::{self, Row};
use super::sql::{self, Both};
use super::{ids, scopes};
use crate::firestore::indexes::IndexDefinition;
use crate::firestore::name::Database;
use crate::firestore::query::source::Source;
use gcloud_sdk::google::firestore::v1::Document;
use rusqlite::{Connection, OptionalExtension, params};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use tonic::Status;

/// A moment, in microseconds: everything committed up to then is seen, and nothing later.
pub(crate) type Moment = i64;

/// Stored documents and index entries at one moment, over a connection that itself stands still at that moment or a later one.
#[derive(Debug)]
pub(crate) struct Snapshot<'c> {
    connection: &'c Connection,
    at: Moment,
    /// Whether the connection may see commits after `at`: then the tables of the past are read too.
    past: bool,
    entries: Cell<u64>,
    /// What went wrong where nothing can be answered.
    failure: RefCell<Option<Status>>,
}

impl<'c> Snapshot<'c> {
    /// The moment `at`, which is in the `past` when the connection may see later commits.
    pub(crate) fn new(connection: &'c Connection, at: Moment, past: bool) -> Self {
        Self {
            connection,
            at,
            past,
            entries: Cell::new(0),
            failure: RefCell::default(),
        }
    }

    /// The moment.
    pub(crate) fn at(&self) -> Moment {
        self.at
    }

    /// How many index entries were read so far.
    pub(crate) fn entries_read(&self) -> u64 {
        self.entries.get()
    }

    /// Answers what a read found, unless the database failed on the way where that could not be said.
    pub(crate) fn checked<T>(&self, found: Result<T, Status>) -> Result<T, Status> {
        self.failure.borrow_mut().take().map_or(found, Err)
    }

    /// A document by its name.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Arc<Document>>, Status> {
        let (collection, id) = rows::place(name);
        let Some(collection) = scopes::collection(self.connection, collection)? else {
            return Ok(None);
        };
        let row = self.row(collection, &id).map_err(|error| failed(&error))?;
        row.map(|row| row.document(name.to_owned())).transpose()
    }

    /// Whether the collection holds a document.
    pub(crate) fn holds_any(&self, collection: u32) -> Result<bool, Status> {
        let mut ids = self.scan(sql::IDS, sql::PAST_IDS, Some(collection), all_ids());
        ids.next().transpose().map(|first| first.is_some())
    }

    /// The first collection of a database with a path in `[from, to)`: its number and its encoded path.
    pub(crate) fn first_collection(
        &self,
        database: &Database,
        from: &[u8],
        to: &[u8],
    ) -> Result<Option<(u32, Vec<u8>)>, Status> {
        Ok(self.collections(database, from, to, 1)?.pop())
    }

    fn collections(
        &self,
        database: &Database,
        from: &[u8],
        to: &[u8],
        limit: i64,
    ) -> Result<Vec<(u32, Vec<u8>)>, Status> {
        let read = || {
            let mut statement = self.connection.prepare_cached(sql::COLLECTIONS)?;
            let rows = statement.query_map(params![database.name, from, to, limit], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| failed(&error))
    }

    fn below(&self, parent: &str, collection_id: &str) -> Result<Vec<(String, u32)>, Status> {
        let (database, relative) = scopes::split(parent)?;
        let from = ids::encode_path(relative);
        let to = ids::after_all_below(from.clone());
        let root = database.root();
        let mut found = Vec::new();
        for (id, path) in self.collections(&database, &from, &to, i64::MAX)? {
            let path = ids::decode_path(&path).ok_or_else(|| unreadable("a collection"))?;
            let last = path.rsplit('/').next().unwrap_or_default();
            if collection_id.is_empty() || last == collection_id {
                found.push((format!("{root}/{path}"), id));
            }
        }
        Ok(found)
    }

    fn row(&self, collection: u32, id: &[u8]) -> rusqlite::Result<Option<Row>> {
        let sql = if self.past {
            sql::PAST_DOCUMENT
        } else {
            sql::DOCUMENT
        };
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Row {
                since: row.get(0)?,
                created: row.get(1)?,
                body: row.get(2)?,
            })
        };
        self.connection
            .prepare_cached(sql)?
            .query_row(params![collection, id, self.at], read)
            .optional()
    }

    fn scan(&self, now: Both, then: Both, scope: Option<u32>, range: Range) -> Keys<'_> {
        let both = if self.past { then } else { now };
        let scan = Scan {
            sql: both.pick(range.reverse),
            scope,
            at: self.at,
        };
        Keys::new(self.connection, scan, range)
    }

    /// What was found; a failure is kept for [`Snapshot::checked`].
    fn kept<T: Default>(&self, found: Result<T, Status>) -> T {
        found.unwrap_or_else(|status| {
            self.failure.borrow_mut().get_or_insert(status);
            T::default()
        })
    }
}

/// Every id.
fn all_ids() -> Range {
    Range {
        from: Vec::new(),
        to: vec![0xff],
        reverse: false,
    }
}

impl Source for Snapshot<'_> {
    fn collection(&self, path: &str) -> Option<u32> {
        self.kept(scopes::collection(self.connection, path))
    }

    fn group(&self, database: &Database, collection_id: &str) -> Option<u32> {
        self.kept(scopes::group(self.connection, database, collection_id))
    }

    fn collections_below(&self, parent: &str, collection_id: &str) -> Vec<(String, u32)> {
        self.kept(self.below(parent, collection_id))
    }

    fn index(&self, definition: &IndexDefinition) -> Option<u32> {
        self.kept(scopes::index(self.connection, definition))
    }

    fn entries(
        &self,
        from: Vec<u8>,
        to: Vec<u8>,
        reverse: bool,
    ) -> Box<dyn Iterator<Item = Result<Vec<u8>, Status>> + '_> {
        let range = Range { from, to, reverse };
        let count = |_: &_| self.entries.set(self.entries.get() + 1);
        Box::new(
            self.scan(sql::ENTRIES, sql::PAST_ENTRIES, None, range)
                .inspect(count),
        )
    }

    fn ids(
        &self,
        collection: u32,
        from: Vec<u8>,
        to: Vec<u8>,
        reverse: bool,
    ) -> Box<dyn Iterator<Item = Result<Vec<u8>, Status>> + '_> {
        let range = Range { from, to, reverse };
        let count = |_: &_| self.entries.set(self.entries.get() + 1);
        Box::new(
            self.scan(sql::IDS, sql::PAST_IDS, Some(collection), range)
                .inspect(count),
        )
    }

    fn document(&self, name: &str) -> Result<Option<Arc<Document>>, Status> {
        self.get(name)
    }
}
