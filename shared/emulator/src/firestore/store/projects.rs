//! Which databases there are, and forgetting what is in them.

use super::failed::Failed;
use rusqlite::{Connection, Transaction, params};

/// The scopes of a database.
const OURS: &str = "SELECT id FROM firestore_scopes WHERE database = ?1";

/// The full names of all databases that ever held a document.
pub(crate) fn databases(connection: &Connection) -> Result<Vec<String>, Failed> {
    let all = "SELECT DISTINCT database FROM firestore_scopes ORDER BY database";
    let mut statement = connection.prepare_cached(all)?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Removes all documents of a database, their past and their index entries. What remembers the numbers of collections must forget them.
pub(crate) fn forget(transaction: &Transaction<'_>, database: &str) -> Result<(), Failed> {
    let scopes: Vec<u32> = transaction
        .prepare_cached(OURS)?
        .query_map([database], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for table in ["firestore_entries", "firestore_past_entries"] {
        let delete = format!("DELETE FROM {table} WHERE key >= ?1 AND key < ?2");
        let mut delete = transaction.prepare_cached(&delete)?;
        for scope in &scopes {
            let next = scope.saturating_add(1);
            delete.execute(params![scope.to_be_bytes(), next.to_be_bytes()])?;
        }
    }
    for table in ["firestore_documents", "firestore_past_documents"] {
        let delete = format!("DELETE FROM {table} WHERE collection IN ({OURS})");
        transaction.execute(&delete, [database])?;
    }
    transaction.execute("DELETE FROM firestore_scopes WHERE database = ?1", [database])?;
    Ok(())
}
