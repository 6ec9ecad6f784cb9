//! The indexes that projects declared.

use crate::db::Db;
use rusqlite::{Transaction, params};

/// Each project's, as JSON.
pub(crate) fn load_indexes(db: &Db) -> rusqlite::Result<Vec<(String, String)>> {
    db.read(|connection| {
        let mut all = connection.prepare("SELECT project, indexes FROM firestore_indexes")?;
        all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    })
}

/// Stores what indexes a project declares.
pub(crate) fn save_indexes(transaction: &Transaction<'_>, project: &str, json: &str) -> rusqlite::Result<()> {
    let put = "INSERT OR REPLACE INTO firestore_indexes VALUES (?1, ?2)";
    transaction.execute(put, params![project, json]).map(drop)
}
