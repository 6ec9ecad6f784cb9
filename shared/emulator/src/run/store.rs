//! The tables: one row a job, one row an execution.

use super::execution::Execution;
use super::job::Job;
use crate::core::StartError;
use crate::db::Db;
use rusqlite::{Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use tonic::Status;

/// Everything Cloud Run Jobs answers from, by full names.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) jobs: BTreeMap<String, Job>,
    pub(super) executions: BTreeMap<String, Execution>,
    /// What changes of jobs answered, by the names of their operations.
    pub(super) operations: BTreeMap<String, Value>,
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS run_jobs (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS run_executions (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS run_operations (name TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
";

/// How many operations of changes are kept.
const KEPT_OPERATIONS: u32 = 1000;

/// Makes the tables and reads them.
pub(super) fn load(db: &Db) -> Result<State, StartError> {
    db.write(|transaction| {
        transaction.execute_batch(TABLES)?;
        let jobs: Vec<Job> = rows(transaction, "SELECT body FROM run_jobs")?;
        let executions: Vec<Execution> = rows(transaction, "SELECT body FROM run_executions")?;
        let operations: Vec<Value> = rows(transaction, "SELECT body FROM run_operations")?;
        let named = |operation: Value| Some((operation["name"].as_str()?.to_owned(), operation));
        Ok(State {
            jobs: jobs.into_iter().map(|job| (job.name.clone(), job)).collect(),
            executions: executions
                .into_iter()
                .map(|execution| (execution.name.clone(), execution))
                .collect(),
            operations: operations.into_iter().filter_map(named).collect(),
        })
    })
}

fn rows<T: DeserializeOwned>(transaction: &Transaction<'_>, query: &str) -> Result<Vec<T>, StartError> {
    let mut statement = transaction.prepare(query)?;
    let bodies = statement.query_map([], |row| row.get::<_, String>(0))?;
    let parse = |body: Result<String, rusqlite::Error>| {
        serde_json::from_str(&body?).map_err(|error| StartError::Stored(format!("Cloud Run: {error}")))
    };
    bodies.map(parse).collect()
}

/// Why a row was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("a row could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<WriteError> for Status {
    fn from(error: WriteError) -> Self {
        tracing::error!(%error, "Cloud Run Jobs could not store a change");
        Self::internal("the change could not be stored")
    }
}

impl From<WriteError> for StartError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Database(error) => Self::Database(error),
            WriteError::Json(error) => Self::Stored(error.to_string()),
        }
    }
}

fn put(
    transaction: &Transaction<'_>,
    query: &str,
    name: &str,
    value: &impl Serialize,
) -> Result<(), WriteError> {
    transaction
        .prepare_cached(query)?
        .execute(params![name, serde_json::to_string(value)?])?;
    Ok(())
}

pub(super) fn put_job(transaction: &Transaction<'_>, job: &Job) -> Result<(), WriteError> {
    put(
        transaction,
        "INSERT OR REPLACE INTO run_jobs (name, body) VALUES (?1, ?2)",
        &job.name,
        job,
    )
}

pub(super) fn put_execution(transaction: &Transaction<'_>, execution: &Execution) -> Result<(), WriteError> {
    let query = "INSERT OR REPLACE INTO run_executions (name, body) VALUES (?1, ?2)";
    put(transaction, query, &execution.name, execution)
}

pub(super) fn delete_job(transaction: &Transaction<'_>, name: &str) -> Result<(), WriteError> {
    transaction.execute("DELETE FROM run_jobs WHERE name = ?1", [name])?;
    Ok(())
}

pub(super) fn delete_execution(transaction: &Transaction<'_>, name: &str) -> Result<(), WriteError> {
    transaction.execute("DELETE FROM run_executions WHERE name = ?1", [name])?;
    Ok(())
}

/// Keeps an operation; answers the names of those that were dropped for it.
pub(super) fn put_operation(
    transaction: &Transaction<'_>,
    name: &str,
    operation: &Value,
    at: i64,
) -> Result<Vec<String>, WriteError> {
    let put = "INSERT OR REPLACE INTO run_operations (name, at, body) VALUES (?1, ?2, ?3)";
    transaction
        .prepare_cached(put)?
        .execute(params![name, at, operation.to_string()])?;
    let old = "DELETE FROM run_operations WHERE name IN
        (SELECT name FROM run_operations ORDER BY at DESC LIMIT -1 OFFSET ?1) RETURNING name";
    let mut statement = transaction.prepare_cached(old)?;
    let dropped = statement.query_map([KEPT_OPERATIONS], |row| row.get(0))?;
    Ok(dropped.collect::<Result<_, _>>()?)
}
