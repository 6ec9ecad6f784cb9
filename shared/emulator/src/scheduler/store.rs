//! Jobs in the database: each a JSON text under its name.

use super::job::Course;
use crate::core::StartError;
use crate::db::Db;
use rusqlite::params;
use std::collections::BTreeMap;

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS scheduler_jobs (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;";

/// Makes the table and reads what is in it.
pub(crate) fn load(db: &Db) -> Result<BTreeMap<String, Course>, StartError> {
    let bodies: Vec<String> = db.write(|transaction| {
        transaction.execute_batch(TABLE)?;
        let mut statement = transaction.prepare("SELECT body FROM scheduler_jobs")?;
        statement
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
    })?;
    let course = |body: &String| {
        let course: Course = serde_json::from_str(body)?;
        Ok((course.job.name.clone(), course))
    };
    let read: serde_json::Result<_> = bodies.iter().map(course).collect();
    read.map_err(|error| StartError::Stored(format!("Cloud Scheduler: {error}")))
}

/// Stores a job as it is now.
pub(crate) fn put(db: &Db, course: &Course) -> rusqlite::Result<()> {
    let body = serde_json::to_string(course)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    db.write(|transaction| {
        transaction
            .execute(
                "INSERT OR REPLACE INTO scheduler_jobs VALUES (?, ?)",
                params![course.job.name, body],
            )
            .map(|_| ())
    })
}

/// Forgets a job.
pub(crate) fn delete(db: &Db, name: &str) -> rusqlite::Result<()> {
    db.write(|transaction| {
        transaction
            .execute("DELETE FROM scheduler_jobs WHERE name = ?", [name])
            .map(|_| ())
    })
}
