//! The tables: one row a bucket, an object, an upload in progress, a notification that is not sent.

use super::bucket::Bucket;
use super::failure::Failure;
use super::notification::Notice;
use super::object::Object;
use super::session::Session;
use super::state::{Held, State};
use crate::core::StartError;
use crate::db::Db;
use rusqlite::{Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS storage_buckets (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS storage_objects (bucket TEXT, name TEXT, body TEXT NOT NULL, PRIMARY KEY (bucket, name)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS storage_sessions (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS storage_notices (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
";

/// Notifications with the numbers of their rows.
pub(super) type Numbered = Vec<(i64, Notice)>;

/// Makes the tables and reads them. Uploads that were started before `oldest_session` are over.
pub(super) fn load(db: &Db, oldest_session: i64) -> Result<(State, Numbered), StartError> {
    db.write(|transaction| {
        transaction.execute_batch(TABLES)?;
        let mut state = State::default();
        for bucket in rows::<Bucket>(transaction, "SELECT body FROM storage_buckets")? {
            state.buckets.insert(
                bucket.name.clone(),
                Held {
                    bucket,
                    objects: BTreeMap::new(),
                },
            );
        }
        for object in rows::<Object>(transaction, "SELECT body FROM storage_objects")? {
            if let Some(held) = state.buckets.get_mut(&object.bucket) {
                held.objects.insert(object.name.clone(), object);
            }
        }
        for session in rows::<Session>(transaction, "SELECT body FROM storage_sessions")? {
            if session.started < oldest_session {
                transaction.execute("DELETE FROM storage_sessions WHERE id = ?1", [&session.id])?;
            } else {
                state.sessions.insert(session.id.clone(), session);
            }
        }
        let mut statement = transaction.prepare("SELECT id, body FROM storage_notices ORDER BY id")?;
        let found = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        let parsed = found.map(|row| {
            let (id, body) = row?;
            Ok((id, parse(&body)?))
        });
        Ok((state, parsed.collect::<Result<_, StartError>>()?))
    })
}

fn rows<T: DeserializeOwned>(transaction: &Transaction<'_>, query: &str) -> Result<Vec<T>, StartError> {
    let mut statement = transaction.prepare(query)?;
    let bodies = statement.query_map([], |row| row.get::<_, String>(0))?;
    bodies.map(|body| parse(&body?)).collect()
}

fn parse<T: DeserializeOwned>(body: &str) -> Result<T, StartError> {
    serde_json::from_str(body).map_err(|error| StartError::Stored(format!("Cloud Storage: {error}")))
}

fn text<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(Failure::internal)
}

pub(super) fn put_bucket(transaction: &Transaction<'_>, bucket: &Bucket) -> Result<(), Failure> {
    let query = "INSERT OR REPLACE INTO storage_buckets (name, body) VALUES (?1, ?2)";
    transaction
        .prepare_cached(query)?
        .execute(params![bucket.name, text(bucket)?])?;
    Ok(())
}

pub(super) fn delete_bucket(transaction: &Transaction<'_>, name: &str) -> Result<(), Failure> {
    transaction.execute("DELETE FROM storage_buckets WHERE name = ?1", [name])?;
    Ok(())
}

pub(super) fn put_object(transaction: &Transaction<'_>, object: &Object) -> Result<(), Failure> {
    let query = "INSERT OR REPLACE INTO storage_objects (bucket, name, body) VALUES (?1, ?2, ?3)";
    transaction
        .prepare_cached(query)?
        .execute(params![object.bucket, object.name, text(object)?])?;
    Ok(())
}

pub(super) fn delete_object(transaction: &Transaction<'_>, object: &Object) -> Result<(), Failure> {
    let query = "DELETE FROM storage_objects WHERE bucket = ?1 AND name = ?2";
    transaction
        .prepare_cached(query)?
        .execute(params![object.bucket, object.name])?;
    Ok(())
}

pub(super) fn put_session(transaction: &Transaction<'_>, session: &Session) -> Result<(), Failure> {
    let query = "INSERT OR REPLACE INTO storage_sessions (id, body) VALUES (?1, ?2)";
    transaction
        .prepare_cached(query)?
        .execute(params![session.id, text(session)?])?;
    Ok(())
}

pub(super) fn delete_session(transaction: &Transaction<'_>, id: &str) -> Result<(), Failure> {
    transaction
        .prepare_cached("DELETE FROM storage_sessions WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Queues notifications in the transaction of the change they tell of.
pub(super) fn put_notices(transaction: &Transaction<'_>, notices: Vec<Notice>) -> Result<Numbered, Failure> {
    let mut statement = transaction.prepare_cached("INSERT INTO storage_notices (body) VALUES (?1)")?;
    notices
        .into_iter()
        .map(|notice| Ok((statement.insert([text(&notice)?])?, notice)))
        .collect()
}

pub(super) fn delete_notice(transaction: &Transaction<'_>, id: i64) -> Result<(), rusqlite::Error> {
    transaction
        .prepare_cached("DELETE FROM storage_notices WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}
