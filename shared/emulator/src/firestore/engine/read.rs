//! Reads, each of one moment.

use super::{Engine, Place};
use crate::firestore::name::Database;
use crate::firestore::query::aggregate::{Aggregation, aggregate};
use crate::firestore::query::execute;
use crate::firestore::query::plan::Plan;
use crate::firestore::query::run::Found;
use crate::firestore::store::{self, Failed, Moment, Snapshot};
use crate::firestore::transactions::{Footprint, Range, Reads, Wish};
use gcloud_sdk::google::firestore::v1::{Document, Value};
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::Arc;
use tonic::Status;

/// Which moment a read is of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Consistency<'a> {
    /// Everything that was committed before.
    Latest,
    /// What the transaction with this id sees.
    Transaction(&'a [u8]),
    /// A moment of the last hour.
    At(Moment),
}

/// What a read saw, and when.
pub(crate) struct Seen<T> {
    /// What was asked for.
    pub(crate) what: T,
    /// The moment, in microseconds.
    pub(crate) at: Moment,
    /// How many index entries were read.
    pub(crate) entries: u64,
}

impl Engine {
    /// Reads documents by their names.
    pub(crate) fn get(
        &self,
        database: &Database,
        names: &[String],
        consistency: Consistency<'_>,
    ) -> Result<Seen<Vec<Option<Arc<Document>>>>, Status> {
        self.read(database, consistency, |snapshot| {
            names.iter().map(|name| snapshot.get(name)).collect()
        })
    }

    /// Runs a query.
    pub(crate) fn query(
        &self,
        database: &Database,
        plan: &Plan,
        consistency: Consistency<'_>,
    ) -> Result<Seen<Found>, Status> {
        let indexes = self.read_indexes();
        indexes.check(&database.project, plan)?;
        let declared = indexes.of(&database.project);
        self.read(database, consistency, |snapshot| {
            execute::run(plan, declared, snapshot)
        })
    }

    /// Runs a query and answers numbers about its results.
    pub(crate) fn aggregate(
        &self,
        database: &Database,
        plan: &Plan,
        aggregations: &[Aggregation],
        consistency: Consistency<'_>,
    ) -> Result<Seen<HashMap<String, Value>>, Status> {
        let indexes = self.read_indexes();
        indexes.check(&database.project, plan)?;
        let declared = indexes.of(&database.project);
        self.read(database, consistency, |snapshot| {
            aggregate(plan, aggregations, declared, snapshot)
        })
    }

    /// Lets a transaction that may write hold the documents that it is about to read.
    pub(crate) fn hold_documents(
        &self,
        place: &Place,
        database: &Database,
        names: &[String],
        consistency: Consistency<'_>,
    ) -> Result<(), Status> {
        self.hold(place, database, consistency, || Footprint {
            documents: names.iter().cloned().collect(),
            ..Footprint::default()
        })
    }

    /// Lets a transaction that may write hold the range of a query that it is about to run.
    pub(crate) fn hold_range(
        &self,
        place: &Place,
        database: &Database,
        plan: &Plan,
        consistency: Consistency<'_>,
    ) -> Result<(), Status> {
        self.hold(place, database, consistency, || Footprint {
            ranges: vec![Range::of(plan)],
            ..Footprint::default()
        })
    }

    fn hold(
        &self,
        place: &Place,
        database: &Database,
        consistency: Consistency<'_>,
        read: impl FnOnce() -> Footprint<Arc<Range>>,
    ) -> Result<(), Status> {
        let Consistency::Transaction(id) = consistency else {
            return Ok(());
        };
        let now = self.core.clock.now_micros();
        let reads = self.transactions().find(id, database, now)?.reads;
        match reads {
            Reads::Snapshot(_) => Ok(()),
            Reads::Locking(owner) => self.ask(place, Some((owner, id)), Wish::Read(read())),
        }
    }

    /// Reads whatever `work` reads, all of it at one moment.
    pub(crate) fn read<T>(
        &self,
        database: &Database,
        consistency: Consistency<'_>,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, Status>,
    ) -> Result<Seen<T>, Status> {
        let read = self.core.db.read(|connection| {
            let snapshot = self.snapshot(connection, database, consistency)?;
            let what = snapshot.checked(work(&snapshot))?;
            Ok::<_, Failed>(Seen {
                what,
                at: snapshot.at(),
                entries: snapshot.entries_read(),
            })
        });
        read.map_err(Status::from)
    }

    /// Takes the time and lets the connection stand still, between two commits.
    fn snapshot<'c>(
        &self,
        connection: &'c Connection,
        database: &Database,
        consistency: Consistency<'_>,
    ) -> Result<Snapshot<'c>, Failed> {
        let writer = self.writer();
        let now = self.core.clock.tick();
        store::stand_still(connection)?;
        drop(writer);
        let at = match consistency {
            Consistency::Latest => now,
            Consistency::Transaction(id) => {
                let used = self.core.clock.now_micros();
                match self.transactions().find(id, database, used)?.reads {
                    Reads::Snapshot(moment) => moment,
                    Reads::Locking(_) => now,
                }
            }
            Consistency::At(at) => {
                check_moment(at, now)?;
                at
            }
        };
        Ok(Snapshot::new(connection, at, at < now))
    }
}

/// Refuses a moment that is not of the hour before `now`.
pub(super) fn check_moment(at: Moment, now: Moment) -> Result<(), Status> {
    if at > now {
        return Err(Status::invalid_argument("read_time cannot be in the future."));
    }
    if at < now.saturating_sub(store::RETENTION) {
        return Err(Status::failed_precondition(
            "The requested snapshot version is too old.",
        ));
    }
    Ok(())
}
