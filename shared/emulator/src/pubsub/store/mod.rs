//! What Pub/Sub keeps in the database: topics, subscriptions and snapshots, every message once, and of each subscription a row for every
//! delivery. One step of the service is one transaction, written before it is acknowledged; memory holds no message.

mod ids;
mod messages;
mod policies;
mod resources;
mod rows;
mod seek;
mod snapshots;

pub(crate) use messages::MessageRow;
pub(crate) use rows::{Backlog, Row, RowState};
pub(crate) use seek::Point;

use crate::core::StartError;
use crate::db::Db;
use rusqlite::{Params, Transaction};
use std::cell::Cell;
use tonic::Status;

/// Makes the tables where they are not there.
pub(crate) fn prepare(db: &Db) -> Result<(), StartError> {
    db.write(|transaction| {
        if transaction.table_exists(None, "pubsub_deliveries")? {
            let reason = "Pub/Sub was stored by an older version: begin with an empty data folder";
            return Err(StartError::Stored(reason.to_owned()));
        }
        for tables in [
            resources::TABLES,
            messages::TABLES,
            rows::TABLES,
            snapshots::TABLES,
            policies::TABLES,
            ids::TABLES,
        ] {
            transaction.execute_batch(tables)?;
        }
        Ok(())
    })
}

/// Runs `work` in one transaction at the time `now` (microseconds since 1970): all it writes is stored, or nothing. Answers also whether
/// it wrote anything.
pub(crate) fn transaction<T>(
    db: &Db,
    now: i64,
    work: impl FnOnce(&Store<'_>) -> Result<T, Status>,
) -> Result<(T, bool), Status> {
    let done = db.write(|transaction| -> Result<(T, bool), Failed> {
        let store = Store {
            transaction,
            now,
            wrote: Cell::new(false),
        };
        let answer = work(&store).map_err(Failed)?;
        Ok((answer, store.wrote.get()))
    });
    done.map_err(|Failed(status)| status)
}

/// A status that rolls the transaction back.
struct Failed(Status);

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self(failed(&error))
    }
}

fn failed(error: &dyn std::fmt::Display) -> Status {
    Status::internal(format!("the database: {error}"))
}

/// The database within one step.
#[derive(Debug)]
pub(crate) struct Store<'a> {
    transaction: &'a Transaction<'a>,
    now: i64,
    wrote: Cell<bool>,
}

impl Store<'_> {
    /// Runs a statement that writes; how many rows it touched.
    fn run(&self, sql: &str, params: impl Params) -> Result<usize, Status> {
        self.wrote.set(true);
        self.transaction
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params))
            .map_err(|error| failed(&error))
    }

    /// All rows of a query.
    fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Status> {
        let rows = self.transaction.prepare_cached(sql).and_then(|mut statement| {
            statement
                .query_map(params, read)?
                .collect::<rusqlite::Result<Vec<T>>>()
        });
        rows.map_err(|error| failed(&error))
    }

    /// The first row of a query.
    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Status> {
        Ok(self.all(sql, params, read)?.into_iter().next())
    }
}

fn decode<M: prost::Message + Default>(body: &[u8]) -> Result<M, Status> {
    M::decode(body).map_err(|error| failed(&error))
}
