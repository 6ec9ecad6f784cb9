//! What Firestore keeps in the database file, and how it is read at any moment of the last hour.

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

pub(crate) use declared::{load_indexes, save_indexes};
pub(crate) use failed::{Failed, database as database_failed};
pub(crate) use hierarchy::{collection_ids, missing};
pub(crate) use ids::decode_first;
pub(crate) use projects::{databases, forget};
pub(crate) use purge::RETENTION;
pub(crate) use scopes::Numbers;
pub(crate) use session::{Change, Session};
pub(crate) use snapshot::{Moment, Snapshot};

use crate::core::StartError;
use crate::db::Db;
use rusqlite::Connection;
use tables::LAST_COMMIT;

/// Makes the tables, brings those of an older version up to date, and answers the time of the last commit.
pub(crate) fn open(db: &Db) -> Result<Moment, StartError> {
    let opened = db.write(|transaction| {
        tables::prepare(transaction)?;
        if let Some(newest) = migrate::move_old(transaction, &mut Numbers::default())? {
            tables::set_state(transaction, LAST_COMMIT, newest)?;
        }
        Ok(tables::state(transaction, LAST_COMMIT)?.unwrap_or_default())
    });
    opened.map_err(|Failed(status)| StartError::Stored(status.message().to_owned()))
}

/// Lets a reader's connection see from now on what is committed now, and nothing later.
pub(crate) fn stand_still(connection: &Connection) -> rusqlite::Result<()> {
    tables::state(connection, LAST_COMMIT).map(drop)
}
