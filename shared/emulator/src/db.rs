//! The one SQLite file that everything lives in.

use crate::faults::SlowDisk;
use crate::options::Durability;
use rusqlite::{Connection, Transaction};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// How many prepared statements are kept.
const STATEMENTS: usize = 256;

/// One connection, one writer at a time. Services keep what they answer from in memory and write every change through here
/// before they acknowledge it. A transaction takes some 100 microseconds, so it runs on the caller's thread.
#[derive(Debug)]
pub(crate) struct Db {
    connection: Mutex<Connection>,
    slow: SlowDisk,
}

impl Db {
    /// Opens or makes the file; each service makes its own tables.
    pub(crate) fn open(path: &Path, durability: Durability) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = match durability {
            Durability::Process => "NORMAL",
            Durability::Machine => "FULL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // all services together have more statements than rusqlite keeps by itself
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self {
            connection: Mutex::new(connection),
            slow: SlowDisk::default(),
        })
    }

    /// The same, whose writes wait as long as a fault says.
    pub(crate) fn slowed(self, slow: SlowDisk) -> Self {
        Self { slow, ..self }
    }

    /// Runs `work` in one transaction: all of it is stored, or nothing.
    pub(crate) fn write<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction()?;
        let answer = work(&transaction)?;
        self.slow.block();
        transaction.commit()?;
        Ok(answer)
    }
}
