//! Index entries of what is stored already: for indexes that come and go, and for keys in another form.

use super::failed::{Failed, unreadable};
use super::ids;
use super::rows::Row;
use super::scopes::{Interning, Numbers};
use super::snapshot::Moment;
use super::tables;
use crate::firestore::indexes::{Declared, Indexes, entries_of};
use crate::firestore::name::Database;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// The form of the keys; those of another form are made anew at open.
const FORM: i64 = 1;
/// Under which name the form is kept.
const FORM_NAME: &str = "form of entries";

const COLLECTIONS: &str = "SELECT id, database, path FROM firestore_scopes WHERE is_group = 0";
const DOCUMENTS: &str = "SELECT id, since, NULL, created, body FROM firestore_documents WHERE collection = ?1
    UNION ALL SELECT id, since, until, created, body FROM firestore_past_documents WHERE collection = ?1";
const PUT: &str = "INSERT OR IGNORE INTO firestore_entries (key, since) VALUES (?1, ?2)";
const PUT_PAST: &str = "INSERT OR IGNORE INTO firestore_past_entries (key, since, until) VALUES (?1, ?2, ?3)";
const DELETE: &str = "DELETE FROM firestore_entries WHERE key = ?1";
const DELETE_PAST: &str = "DELETE FROM firestore_past_entries WHERE key = ?1";

/// Makes all entries anew where they are of another form than this version's, or of none.
pub(crate) fn renew(connection: &Connection, numbers: &mut Numbers, indexes: &Indexes) -> Result<(), Failed> {
    if tables::state(connection, FORM_NAME)? == Some(FORM) {
        return Ok(());
    }
    connection.execute_batch("DELETE FROM firestore_entries; DELETE FROM firestore_past_entries;")?;
    for collection in collections(connection)? {
        let declared = indexes.or_usual(&collection.database.project);
        collection.replace(connection, numbers, None, declared)?;
    }
    tables::set_state(connection, FORM_NAME, FORM)?;
    Ok(())
}

/// Makes and takes away entries of all documents in a project's collections of these ids.
pub(crate) fn redeclare(
    connection: &Connection,
    numbers: &mut Numbers,
    project: &str,
    groups: &BTreeSet<String>,
    (old, new): (&Declared, &Declared),
) -> Result<(), Failed> {
    for collection in collections(connection)? {
        let last = collection.path.rsplit('/').next().unwrap_or_default();
        if collection.database.project == project && groups.contains(last) {
            collection.replace(connection, numbers, Some(old), new)?;
        }
    }
    Ok(())
}

struct Collection {
    id: u32,
    database: Database,
    path: String,
}

fn collections(connection: &Connection) -> Result<Vec<Collection>, Failed> {
    let mut all = connection.prepare(COLLECTIONS)?;
    let mut rows = all.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let path: Vec<u8> = row.get(2)?;
        found.push(Collection {
            id: row.get(0)?,
            database: Database::parse(&row.get::<_, String>(1)?)?,
            path: ids::decode_path(&path).ok_or_else(|| unreadable("a collection"))?,
        });
    }
    Ok(found)
}

impl Collection {
    /// The entries of each version of each document become those of the `new` indexes.
    fn replace(
        &self,
        connection: &Connection,
        numbers: &mut Numbers,
        old: Option<&Declared>,
        new: &Declared,
    ) -> Result<(), Failed> {
        let root = self.database.root();
        let mut statement = connection.prepare_cached(DOCUMENTS)?;
        let mut rows = statement.query(params![self.id])?;
        let mut interning = Interning { connection, numbers };
        while let Some(row) = rows.next()? {
            let id: Vec<u8> = row.get(0)?;
            let (id, _) = ids::decode_first(&id).ok_or_else(|| unreadable("a document's id"))?;
            let until: Option<Moment> = row.get(2)?;
            let stored = Row {
                since: row.get(1)?,
                created: row.get(3)?,
                body: row.get(4)?,
            };
            let document = stored.document(format!("{root}/{}/{id}", self.path))?;
            let after = entries_of(&document, new, &mut interning)?;
            let before = match old {
                Some(old) => entries_of(&document, old, &mut interning)?,
                None => BTreeSet::new(),
            };
            for key in before.difference(&after) {
                connection.prepare_cached(DELETE)?.execute(params![key])?;
                connection.prepare_cached(DELETE_PAST)?.execute(params![key])?;
            }
            for key in after.difference(&before) {
                put(connection, key, stored.since, until)?;
            }
        }
        Ok(())
    }
}

fn put(connection: &Connection, key: &[u8], since: Moment, until: Option<Moment>) -> rusqlite::Result<()> {
    match until {
        None => connection.prepare_cached(PUT)?.execute(params![key, since])?,
        Some(until) => connection
            .prepare_cached(PUT_PAST)?
            .execute(params![key, since, until])?,
    };
    Ok(())
}
