//! The tables, and how those of an older version become them.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Collections and collection groups have small numbers (`firestore_scopes`), and so have index definitions. A document's row is what
/// it is now, its entries are what finds it; what a commit replaced moves to the tables of the past until nobody may read it any more.
///
/// `since` and `until` are commit times in microseconds: a row holds for all times from `since` until before `until`.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS firestore_scopes (
        id INTEGER PRIMARY KEY AUTOINCREMENT, database TEXT NOT NULL, is_group INTEGER NOT NULL, path BLOB NOT NULL,
        UNIQUE (database, is_group, path));
    CREATE TABLE IF NOT EXISTS firestore_index_ids (id INTEGER PRIMARY KEY AUTOINCREMENT, definition TEXT NOT NULL UNIQUE);
    CREATE TABLE IF NOT EXISTS firestore_documents (
        collection INTEGER NOT NULL, id BLOB NOT NULL, since INTEGER NOT NULL, created INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (collection, id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS firestore_past_documents (
        collection INTEGER NOT NULL, id BLOB NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, created INTEGER NOT NULL,
        body BLOB NOT NULL, PRIMARY KEY (collection, id, since)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS firestore_past_documents_by_end ON firestore_past_documents (until);
    CREATE TABLE IF NOT EXISTS firestore_entries (key BLOB PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS firestore_past_entries (
        key BLOB NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (key, since)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS firestore_past_entries_by_end ON firestore_past_entries (until);
    CREATE TABLE IF NOT EXISTS firestore_indexes (project TEXT PRIMARY KEY, indexes TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS firestore_state (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;";

/// Makes the tables where they are not there. Documents in the old form (one row each with name and bytes) wait in
/// [`OLD_DOCUMENTS`] after this.
pub(crate) fn prepare(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    if is_old(transaction)? {
        transaction.execute_batch("ALTER TABLE firestore_documents RENAME TO firestore_documents_by_name")?;
    }
    transaction.execute_batch(TABLES)
}

/// Where documents in the old form wait to be moved: `name` and `document` (protocol bytes).
pub(crate) const OLD_DOCUMENTS: &str = "firestore_documents_by_name";

/// Whether there are documents in the old form, moved aside.
pub(crate) fn has_old(transaction: &Transaction<'_>) -> rusqlite::Result<bool> {
    let named = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
    transaction.query_row(named, params![OLD_DOCUMENTS], |row| row.get(0))
}

fn is_old(transaction: &Transaction<'_>) -> rusqlite::Result<bool> {
    let column =
        "SELECT EXISTS (SELECT 1 FROM pragma_table_info('firestore_documents') WHERE name = 'document')";
    transaction.query_row(column, [], |row| row.get(0))
}

/// Under which name the time of the last commit is kept: times must rise also after a restart.
pub(crate) const LAST_COMMIT: &str = "last commit";

/// A number that is kept under a name; none when it was never set.
pub(crate) fn state(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    let one = "SELECT number FROM firestore_state WHERE name = ?1";
    connection
        .prepare_cached(one)?
        .query_row(params![name], |row| row.get(0))
        .optional()
}

/// Keeps a number under a name.
pub(crate) fn set_state(connection: &Connection, name: &str, number: i64) -> rusqlite::Result<()> {
    let put = "INSERT OR REPLACE INTO firestore_state VALUES (?1, ?2)";
    connection
        .prepare_cached(put)?
        .execute(params![name, number])
        .map(drop)
}
