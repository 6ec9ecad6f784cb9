//! Documents in the database file: one row each, as protocol bytes.

use super::documents::Change;
use crate::core::StartError;
use crate::db::Db;
use gcloud_sdk::google::firestore::v1::Document;
use prost::Message;
use rusqlite::params;
use tonic::Status;

/// Makes the tables where they are not there.
pub(crate) fn prepare(db: &Db) -> rusqlite::Result<()> {
    db.write(|transaction| {
        transaction.execute_batch(
            "CREATE TABLE IF NOT EXISTS firestore_documents (name TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS firestore_indexes (project TEXT PRIMARY KEY, indexes TEXT NOT NULL) WITHOUT ROWID;",
        )
    })
}

/// All documents.
pub(crate) fn load(db: &Db) -> Result<Vec<Document>, StartError> {
    let rows: Vec<Vec<u8>> = db.write(|transaction| {
        let mut all = transaction.prepare("SELECT document FROM firestore_documents")?;
        all.query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
    })?;
    let unreadable = |error: prost::DecodeError| StartError::Stored(format!("a document: {error}"));
    rows.iter()
        .map(|bytes| Document::decode(bytes.as_slice()).map_err(unreadable))
        .collect()
}

/// Stores all changes of a commit, or none.
pub(crate) fn save(db: &Db, changes: &[Change]) -> Result<(), Status> {
    let saved = db.write(|transaction| {
        let mut put =
            transaction.prepare_cached("INSERT OR REPLACE INTO firestore_documents VALUES (?1, ?2)")?;
        let mut delete = transaction.prepare_cached("DELETE FROM firestore_documents WHERE name = ?1")?;
        for (name, document) in changes {
            match document {
                Some(document) => put.execute(params![name, document.encode_to_vec()])?,
                None => delete.execute(params![name])?,
            };
        }
        Ok::<(), rusqlite::Error>(())
    });
    saved.map_err(|error| Status::internal(format!("the emulator's database: {error}")))
}

/// The indexes that projects declared: project and JSON.
pub(crate) fn load_indexes(db: &Db) -> rusqlite::Result<Vec<(String, String)>> {
    db.write(|transaction| {
        let mut all = transaction.prepare("SELECT project, indexes FROM firestore_indexes")?;
        all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    })
}

/// Stores what indexes a project declares.
pub(crate) fn save_indexes(db: &Db, project: &str, json: &str) -> rusqlite::Result<()> {
    db.write(|transaction| {
        let put = "INSERT OR REPLACE INTO firestore_indexes VALUES (?1, ?2)";
        transaction.execute(put, params![project, json]).map(drop)
    })
}
