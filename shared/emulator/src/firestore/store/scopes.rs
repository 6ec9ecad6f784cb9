//! The small numbers of collections, of collection groups and of index definitions.

use super::failed::database as failed;
use super::ids;
use crate::firestore::indexes::{IndexDefinition, Intern};
use crate::firestore::name::{Database, database_of};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use tonic::Status;

/// What the keys of documents and entries begin with.
pub(crate) type ScopeId = u32;

/// How many numbers a writer remembers before it begins anew.
const REMEMBERED: usize = 100_000;

const FIND: &str = "SELECT id FROM firestore_scopes WHERE database = ?1 AND is_group = ?2 AND path = ?3";
const MAKE: &str = "INSERT INTO firestore_scopes (database, is_group, path) VALUES (?1, ?2, ?3) RETURNING id";
const FIND_INDEX: &str = "SELECT id FROM firestore_index_ids WHERE definition = ?1";
const MAKE_INDEX: &str = "INSERT INTO firestore_index_ids (definition) VALUES (?1) RETURNING id";

/// The database of a collection or document, and the path below its root.
pub(crate) fn split(name: &str) -> Result<(Database, &str), Status> {
    let database = database_of(name)?;
    let root = database.name.len() + "/documents".len();
    Ok((database, name.get(root + 1..).unwrap_or_default()))
}

/// The number of a collection, if it ever held a document.
pub(crate) fn collection(connection: &Connection, path: &str) -> Result<Option<ScopeId>, Status> {
    let (database, path) = split(path)?;
    find(connection, &database, false, &ids::encode_path(path)).map_err(|error| failed(&error))
}

/// The number of all collections of an id, if an index of the group ever had an entry.
pub(crate) fn group(
    connection: &Connection,
    database: &Database,
    collection_id: &str,
) -> Result<Option<ScopeId>, Status> {
    find(connection, database, true, &ids::encode(collection_id)).map_err(|error| failed(&error))
}

/// The number of an index, if it ever had an entry.
pub(crate) fn index(connection: &Connection, definition: &IndexDefinition) -> Result<Option<u32>, Status> {
    one(connection, FIND_INDEX, &definition.to_string()).map_err(|error| failed(&error))
}

fn one(connection: &Connection, sql: &str, text: &str) -> rusqlite::Result<Option<u32>> {
    connection
        .prepare_cached(sql)?
        .query_row(params![text], |row| row.get(0))
        .optional()
}

fn find(
    connection: &Connection,
    database: &Database,
    is_group: bool,
    path: &[u8],
) -> rusqlite::Result<Option<ScopeId>> {
    connection
        .prepare_cached(FIND)?
        .query_row(params![database.name, is_group, path], |row| row.get(0))
        .optional()
}

/// What the one writer remembers of numbers, those of its own transaction included: it forgets all when that one fails.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    collections: HashMap<String, ScopeId>,
    groups: HashMap<(String, String), ScopeId>,
    indexes: HashMap<IndexDefinition, u32>,
}

impl Numbers {
    /// Forgets everything.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Keeps memory bounded; call it between transactions.
    pub(crate) fn tidy(&mut self) {
        if self.collections.len() + self.groups.len() + self.indexes.len() > REMEMBERED {
            self.forget();
        }
    }
}

/// Gives out numbers in a transaction.
#[derive(Debug)]
pub(crate) struct Interning<'a> {
    /// The transaction's connection.
    pub(crate) connection: &'a Connection,
    /// What is known already.
    pub(crate) numbers: &'a mut Numbers,
}

impl Interning<'_> {
    fn find_or_make(&self, database: &Database, is_group: bool, path: &[u8]) -> rusqlite::Result<ScopeId> {
        if let Some(id) = find(self.connection, database, is_group, path)? {
            return Ok(id);
        }
        self.connection
            .prepare_cached(MAKE)?
            .query_row(params![database.name, is_group, path], |row| row.get(0))
    }
}

impl Intern for Interning<'_> {
    fn collection(&mut self, path: &str) -> Result<u32, Status> {
        if let Some(id) = self.numbers.collections.get(path) {
            return Ok(*id);
        }
        let (database, relative) = split(path)?;
        let id = self.find_or_make(&database, false, &ids::encode_path(relative));
        let id = id.map_err(|error| failed(&error))?;
        self.numbers.collections.insert(path.to_owned(), id);
        Ok(id)
    }

    fn group(&mut self, database: &Database, collection_id: &str) -> Result<u32, Status> {
        let key = (database.name.clone(), collection_id.to_owned());
        if let Some(id) = self.numbers.groups.get(&key) {
            return Ok(*id);
        }
        let id = self.find_or_make(database, true, &ids::encode(collection_id));
        let id = id.map_err(|error| failed(&error))?;
        self.numbers.groups.insert(key, id);
        Ok(id)
    }

    fn index(&mut self, definition: &IndexDefinition) -> Result<u32, Status> {
        if let Some(id) = self.numbers.indexes.get(definition) {
            return Ok(*id);
        }
        let made = || {
            let text = definition.to_string();
            match one(self.connection, FIND_INDEX, &text)? {
                Some(id) => Ok(id),
                None => self
                    .connection
                    .prepare_cached(MAKE_INDEX)?
                    .query_row(params![text], |row| row.get(0)),
            }
        };
        let id = made().map_err(|error| failed(&error))?;
        self.numbers.indexes.insert(definition.clone(), id);
        Ok(id)
    }
}
