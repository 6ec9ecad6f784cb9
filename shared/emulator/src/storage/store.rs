//! The tables: one row a bucket, an object, an upload in progress, a notification that is not sent.

use super::bucket::Bucket;
use super::failure::Failure;
use super::notification::Notice;
use super::object::Object;
use super::parts::{Part, PartsUpload};
use super::session::Session;
use super::state::{Held, State};
use crate::core::StartError;
use crate::db::Db;
use rusqlite::{Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS storage_buckets (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS storage_objects (bucket TEXT, name TEXT, body TEXT NOT NULL, PRIMARY KEY (bucket, name)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS storage_noncurrent (
        bucket TEXT, name TEXT, generation INTEGER, body TEXT NOT NULL, PRIMARY KEY (bucket, name, generation)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS storage_parts (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS storage_part (upload TEXT, number INTEGER, body TEXT NOT NULL, PRIMARY KEY (upload, number)) WITHOUT ROWID;
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
            state.buckets.insert(bucket.name.clone(), Held::new(bucket));
        }
        let objects = "SELECT body FROM storage_objects UNION ALL SELECT body FROM storage_noncurrent";
        for object in rows::<Object>(transaction, objects)? {
            if let Some(held) = state.buckets.get_mut(&object.bucket) {
                held.put(object);
            }
        }
        for upload in rows::<PartsUpload>(transaction, "SELECT body FROM storage_parts")? {
            state.parts.insert(upload.id.clone(), upload);
        }
        for part in rows::<Part>(transaction, "SELECT body FROM storage_part")? {
            if let Some(upload) = state.parts.get_mut(&part.upload) {
                upload.parts.insert(part.number, part);
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
    let body = text(object)?;
    if object.deleted.is_some() {
        let query = "INSERT OR REPLACE INTO storage_noncurrent (bucket, name, generation, body) VALUES (?1, ?2, ?3, ?4)";
        transaction.prepare_cached(query)?.execute(params![
            object.bucket,
            object.name,
            object.generation,
            body
        ])?;
    } else {
        let query = "INSERT OR REPLACE INTO storage_objects (bucket, name, body) VALUES (?1, ?2, ?3)";
        transaction
            .prepare_cached(query)?
            .execute(params![object.bucket, object.name, body])?;
    }
    Ok(())
}

pub(super) fn delete_object(transaction: &Transaction<'_>, object: &Object) -> Result<(), Failure> {
    if object.deleted.is_some() {
        let query = "DELETE FROM storage_noncurrent WHERE bucket = ?1 AND name = ?2 AND generation = ?3";
        transaction
            .prepare_cached(query)?
            .execute(params![object.bucket, object.name, object.generation])?;
    } else {
        let query = "DELETE FROM storage_objects WHERE bucket = ?1 AND name = ?2";
        transaction
            .prepare_cached(query)?
            .execute(params![object.bucket, object.name])?;
    }
    Ok(())
}

/// Removes all objects of a bucket.
pub(super) fn empty_bucket(transaction: &Transaction<'_>, bucket: &str) -> Result<(), Failure> {
    transaction.execute("DELETE FROM storage_objects WHERE bucket = ?1", [bucket])?;
    transaction.execute("DELETE FROM storage_noncurrent WHERE bucket = ?1", [bucket])?;
    Ok(())
}

pub(super) fn put_parts(transaction: &Transaction<'_>, upload: &PartsUpload) -> Result<(), Failure> {
    let query = "INSERT OR REPLACE INTO storage_parts (id, body) VALUES (?1, ?2)";
    transaction
        .prepare_cached(query)?
        .execute(params![upload.id, text(upload)?])?;
    Ok(())
}

pub(super) fn put_part(transaction: &Transaction<'_>, part: &Part) -> Result<(), Failure> {
    let query = "INSERT OR REPLACE INTO storage_part (upload, number, body) VALUES (?1, ?2, ?3)";
    transaction
        .prepare_cached(query)?
        .execute(params![part.upload, part.number, text(part)?])?;
    Ok(())
}

/// Removes an upload and the rows of its parts.
pub(super) fn delete_parts(transaction: &Transaction<'_>, id: &str) -> Result<(), Failure> {
    transaction
        .prepare_cached("DELETE FROM storage_parts WHERE id = ?1")?
        .execute([id])?;
    transaction
        .prepare_cached("DELETE FROM storage_part WHERE upload = ?1")?
        .execute([id])?;
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
