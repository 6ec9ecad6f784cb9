//! Mails in the database: each a JSON text under its project and its own id.

use super::Mail;
use crate::core::StartError;
use crate::db::Db;
use rusqlite::params;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS mails (number INTEGER PRIMARY KEY, project TEXT NOT NULL, id TEXT NOT NULL, \
                     body TEXT NOT NULL, UNIQUE (project, id));";

/// How many are kept of a project.
const KEPT: i64 = 1000;

pub(super) fn make(db: &Db) -> Result<(), StartError> {
    db.write(|transaction| transaction.execute_batch(TABLE))
        .map_err(Into::into)
}

/// Keeps a mail, unless it is there already; the oldest of its project goes when there are too many.
pub(super) fn keep(db: &Db, project: &str, mail: &Mail) -> rusqlite::Result<()> {
    let body =
        serde_json::to_string(mail).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    db.write(|transaction| {
        transaction.execute(
            "INSERT OR IGNORE INTO mails (project, id, body) VALUES (?, ?, ?)",
            params![project, mail.id, body],
        )?;
        transaction.execute(
            "DELETE FROM mails WHERE project = ?1 AND number <= \
             (SELECT number FROM mails WHERE project = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
            params![project, KEPT],
        )?;
        Ok(())
    })
}

/// The mails of a project, or of all, newest first.
pub(super) fn list(db: &Db, project: Option<&str>) -> rusqlite::Result<Vec<Mail>> {
    let bodies: Vec<String> = db.read(|connection| {
        let mut statement = connection.prepare_cached(
            "SELECT body FROM mails WHERE ?1 IS NULL OR project = ?1 ORDER BY number DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![project, KEPT], |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>()
    })?;
    Ok(bodies
        .iter()
        .filter_map(|body| serde_json::from_str(body).ok())
        .collect())
}

/// Forgets the mails of a project.
pub(super) fn forget(db: &Db, project: &str) -> rusqlite::Result<()> {
    db.write(|transaction| {
        transaction
            .execute("DELETE FROM mails WHERE project = ?", [project])
            .map(|_| ())
    })
}
