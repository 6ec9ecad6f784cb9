//! What Firestore keeps in the database file, and how it is read at any moment of the last hour.

mod backfill;
mod declared;
mod failed;
mod hierarchy;
mod ids;
mod migrate;
mod projects;
mod purge;
mod range;
mod rows;
mod scopes;
mod session;
mod snapshot;
mod sql;
mod tables;
#[cfg(test)]
mod tests;

pub(crate) use declared::declare;
pub(crate) use failed::Failed;
pub(crate) use hierarchy::{collection_ids, missing};
pub(crate) use projects::{databases, forget};
pub(crate) use purge::RETENTION;
pub(crate) use scopes::Numbers;
pub(crate) use session::{Change, Session};
pub(crate) use snapshot::{Moment, Snapshot};

use crate::core::StartError;
use crate::db::Db;
use crate::firestore::indexes::Indexes;
use rusqlite::Connection;
use tables::LAST_COMMIT;

/// Makes the tables, brings those of an older version up to date, and answers the indexes that projects declared and the time of the
/// last commit.
pub(crate) fn open(db: &Db) -> Result<(Indexes, Moment), StartError> {
    db.write(tables::prepare)?;
    let indexes = Indexes::load(declared::load_indexes(db)?)?;
    let opened = db.write(|transaction| {
        let mut numbers = Numbers::default();
        if let Some(newest) = migrate::move_old(transaction, &mut numbers, &indexes)? {
            tables::set_state(transaction, LAST_COMMIT, newest)?;
        }
        backfill::renew(transaction, &mut numbers, &indexes)?;
        Ok(tables::state(transaction, LAST_COMMIT)?.unwrap_or_default())
    });
    let last_commit = opened.map_err(|Failed(status)| StartError::Stored(status.message().to_owned()))?;
    Ok((indexes, last_commit))
}

/// Lets a reader's connection see from now on what is committed now, and nothing later.
pub(crate) fn stand_still(connection: &Connection) -> rusqlite::Result<()> {
    tables::state(connection, LAST_COMMIT).map(drop)
}
