//! The one SQLite file that everything lives in.

use crate::faults::SlowDisk;
use crate::options::Durability;
use rusqlite::{Connection, OpenFlags, Transaction};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Prepared statements that a connection keeps: all services together have more than rusqlite keeps by itself.
const STATEMENTS: usize = 256;
/// The writer's page cache in KiB (negative, as SQLite wants it): index entries are written all over their table.
const WRITER_CACHE: i64 = -32 * 1024;
/// A reader's page cache, likewise.
const READER_CACHE: i64 = -4 * 1024;
/// Readers that are kept open while nobody reads.
const IDLE_READERS: usize = 8;
/// How long a connection waits for a lock that SQLite takes for itself (recovery, checkpoints).
const PATIENCE: Duration = Duration::from_secs(10);

/// One connection that writes, one writer at a time, and as many that read as there are readers.
///
/// Services write every change through here before they acknowledge it. A transaction takes some 100 microseconds, so it runs on
/// the caller's thread.
#[derive(Debug)]
pub(crate) struct Db {
    path: PathBuf,
    connection: Mutex<Connection>,
    idle: Mutex<Vec<Connection>>,
    slow: SlowDisk,
}

impl Db {
    /// Opens or makes the file; each service makes its own tables.
    pub(crate) fn open(path: &Path, durability: Durability) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = match durability {
            Durability::Process => "NORMAL",
            Durability::Machine => "FULL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "cache_size", WRITER_CACHE)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self {
            path: path.to_owned(),
            connection: Mutex::new(connection),
            idle: Mutex::default(),
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

    /// Runs `work` on a connection that cannot write and waits for no writer. It sees one moment: that of its first read.
    pub(crate) fn read<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self.idle().pop();
        let mut connection = idle.map_or_else(|| self.reader(), Ok)?;
        let transaction = connection.transaction()?;
        let answer = work(&transaction);
        transaction.finish()?;
        let mut idle = self.idle();
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        answer
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reader(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", READER_CACHE)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection) -> rusqlite::Result<i64> {
        connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0))
    }

    #[test]
    fn a_reader_sees_one_moment_and_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("a.db"), Durability::Process).unwrap();
        db.write(|t| t.execute_batch("CREATE TABLE t (x)")).unwrap();
        let insert = || db.write(|t| t.execute("INSERT INTO t VALUES (1)", []));
        insert().unwrap();
        let seen = db.read(|connection| {
            let first = count(connection)?;
            insert()?;
            Ok::<_, rusqlite::Error>((first, count(connection)?))
        });
        assert_eq!(seen.unwrap(), (1, 1));
        assert_eq!(db.read(count).unwrap(), 2);
        assert!(db.read(|c| c.execute("INSERT INTO t VALUES (1)", [])).is_err());
        assert_eq!(db.read(count).unwrap(), 2);
    }

    #[test]
    fn what_fails_is_not_stored() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("a.db"), Durability::Process).unwrap();
        db.write(|t| t.execute_batch("CREATE TABLE t (x)")).unwrap();
        let failed = db.write(|t| {
            t.execute("INSERT INTO t VALUES (1)", [])?;
            Err::<(), _>(rusqlite::Error::QueryReturnedNoRows)
        });
        assert!(failed.is_err());
        assert_eq!(db.read(count).unwrap(), 0);
    }
}
