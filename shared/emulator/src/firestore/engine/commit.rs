//! Commits: all writes at one time, durable when they are acknowledged.

use super::Engine;
use crate::firestore::name::Database;
use crate::firestore::query::run;
use crate::firestore::store::{self, Change, Failed, Moment, Numbers, Session, Snapshot};
use crate::firestore::time::timestamp;
use crate::firestore::transactions::{Transaction, contention};
use crate::firestore::write;
use gcloud_sdk::google::firestore::v1::{CommitResponse, Document, Write, WriteResult};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use tonic::Status;

/// How many documents of the past a commit takes away at least, if their time is over.
const PURGED: usize = 8;

impl Engine {
    /// Makes all writes at one time, or none: durable when this answers.
    pub(crate) fn commit(
        &self,
        database: &Database,
        writes: &[Write],
        transaction: Option<&[u8]>,
    ) -> Result<CommitResponse, Status> {
        check_all(database, writes)?;
        self.in_order(|connection, numbers| {
            let now = self.core.clock.now_micros();
            let ended = transaction.map(|id| self.transactions().end(id, database, now));
            if let Some(ended) = ended.transpose()? {
                check_transaction(&ended, connection, writes)?;
            }
            let mut session = Session::new(connection, numbers, self.core.clock.tick());
            let write_results = write_all(&mut session, writes)?;
            Ok(CommitResponse {
                write_results,
                commit_time: Some(timestamp(session.time())),
            })
        })
    }

    /// Makes one write and answers its document, as that write made it.
    pub(crate) fn write_one(&self, database: &Database, one: &Write) -> Result<Arc<Document>, Status> {
        let writes = std::slice::from_ref(one);
        check_all(database, writes)?;
        self.in_order(|connection, numbers| {
            let mut session = Session::new(connection, numbers, self.core.clock.tick());
            write_all(&mut session, writes)?;
            let document = session.now().get(write::target(one)?)?;
            Ok(document.ok_or_else(|| Status::internal("the written document is gone"))?)
        })
    }

    /// Makes each write for itself, those that can be made at one time; durable when this answers. No two are about one document.
    pub(crate) fn write_each(
        &self,
        database: &Database,
        writes: &[Write],
    ) -> Result<Vec<Result<WriteResult, Status>>, Status> {
        self.in_order(|connection, numbers| {
            let mut session = Session::new(connection, numbers, self.core.clock.tick());
            let mut each = Vec::with_capacity(writes.len());
            for one in writes {
                let one = std::slice::from_ref(one);
                let applied = check_all(database, one).and_then(|()| apply_all(&session, one));
                each.push(match applied {
                    Ok((mut results, changes)) => {
                        changes.iter().try_for_each(|change| session.store(change))?;
                        Ok(results.pop().unwrap_or_default())
                    }
                    Err(status) => Err(status),
                });
            }
            session.end(PURGED + writes.len())?;
            Ok(each)
        })
    }

    /// Runs `work` as the only commit, in one transaction of the database.
    fn in_order<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>, &mut Numbers) -> Result<T, Failed>,
    ) -> Result<T, Status> {
        let mut numbers = self.writer();
        numbers.tidy();
        let done = self.core.db.write(|transaction| work(transaction, &mut numbers));
        if done.is_err() {
            numbers.forget();
        }
        done.map_err(Status::from)
    }
}

fn check_all(database: &Database, writes: &[Write]) -> Result<(), Status> {
    let root = database.root();
    writes.iter().try_for_each(|one| write::check(one, &root))
}

fn check_transaction(
    transaction: &Transaction,
    connection: &Connection,
    writes: &[Write],
) -> Result<(), Status> {
    if transaction.read_only && !writes.is_empty() {
        return Err(Status::invalid_argument(
            "Cannot modify entities in a read-only transaction.",
        ));
    }
    if transaction.read_only || holds(transaction, connection)? {
        Ok(())
    } else {
        Err(contention())
    }
}

/// Whether everything that the transaction has read is still so.
fn holds(transaction: &Transaction, connection: &Connection) -> Result<bool, Status> {
    let Some(moment) = transaction.snapshot else {
        return Ok(true);
    };
    for name in &transaction.documents {
        if store::changed_since(connection, name, moment)? {
            return Ok(false);
        }
    }
    let then = Snapshot::new(connection, moment, true);
    let now = Snapshot::new(connection, Moment::MAX, false);
    for plan in &transaction.queries {
        if run::run(plan, &then)? != run::run(plan, &now)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes all writes in the session and ends it; answers what writers are told.
fn write_all(session: &mut Session<'_>, writes: &[Write]) -> Result<Vec<WriteResult>, Failed> {
    let (results, changes) = apply_all(session, writes)?;
    changes.iter().try_for_each(|change| session.store(change))?;
    session.end(PURGED + changes.len())?;
    Ok(results)
}

/// The writes one after the other, each on what the ones before it left.
fn apply_all(session: &Session<'_>, writes: &[Write]) -> Result<(Vec<WriteResult>, Vec<Change>), Status> {
    let stored = session.now();
    let mut by_name: BTreeMap<&str, Change> = BTreeMap::new();
    let mut results = Vec::with_capacity(writes.len());
    for one in writes {
        let name = write::target(one)?;
        let change = match by_name.entry(name) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Change::none(name, stored.get(name)?)),
        };
        let (after, result) = write::apply(one, change.after.as_ref(), session.time())?;
        results.push(result);
        change.after = after;
    }
    for (one, result) in writes.iter().zip(&mut results) {
        let last = by_name
            .get(write::target(one)?)
            .and_then(|change| change.after.as_ref()); // a later write may have overtaken this one
        result.update_time = last.and_then(|document| document.update_time);
    }
    let mut changes: Vec<Change> = by_name.into_values().collect();
    changes.retain(|change| !change.is_none());
    Ok((results, changes))
}
