//! Commits: all writes at one time, durable when they are acknowledged.

use super::{Engine, Place};
use crate::firestore::name::Database;
use crate::firestore::store::{Change, Failed, Numbers, Session};
use crate::firestore::time::timestamp;
use crate::firestore::transactions::{Owner, Reads, Touch, Wish};
use crate::firestore::write;
use gcloud_sdk::google::firestore::v1::{CommitResponse, Document, Write, WriteResult};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use tonic::{Code, Status};

/// How many documents of the past a commit takes away at least, if their time is over.
const PURGED: usize = 8;

impl Engine {
    /// Makes all writes at one time, or none: durable when this answers.
    pub(crate) fn commit(
        &self,
        place: &Place,
        database: &Database,
        writes: &[Write],
        transaction: Option<&[u8]>,
    ) -> Result<CommitResponse, Status> {
        check_all(database, writes)?;
        let indexes = self.read_indexes();
        let declared = indexes.or_usual(&database.project);
        self.in_order(|connection, numbers| {
            let owner = transaction
                .map(|id| self.writer_of(database, id, writes))
                .transpose()?
                .flatten();
            let mut session = Session::new(connection, numbers, declared, self.core.clock.tick());
            let applied = self.apply_locked(place, &session, writes, owner);
            if let (Ok(_), Some(id)) = (&applied, transaction) {
                self.end(id);
            }
            let (write_results, changes) = applied?;
            store_all(&mut session, &changes)?;
            Ok(CommitResponse {
                write_results,
                commit_time: Some(timestamp(session.time())),
            })
        })
    }

    /// Makes one write and answers its document, as that write made it.
    pub(crate) fn write_one(
        &self,
        place: &Place,
        database: &Database,
        one: &Write,
    ) -> Result<Arc<Document>, Status> {
        let writes = std::slice::from_ref(one);
        check_all(database, writes)?;
        let indexes = self.read_indexes();
        let declared = indexes.or_usual(&database.project);
        self.in_order(|connection, numbers| {
            let mut session = Session::new(connection, numbers, declared, self.core.clock.tick());
            let (_, changes) = self.apply_locked(place, &session, writes, None)?;
            store_all(&mut session, &changes)?;
            let document = session.now().get(write::target(one)?)?;
            Ok(document.ok_or_else(|| Status::internal("the written document is gone"))?)
        })
    }

    /// Makes each write for itself, those that can be made at one time; durable when this answers. No two are about one document.
    pub(crate) fn write_each(
        &self,
        place: &Place,
        database: &Database,
        writes: &[Write],
    ) -> Result<Vec<Result<WriteResult, Status>>, Status> {
        check_all(database, writes)?;
        let indexes = self.read_indexes();
        let declared = indexes.or_usual(&database.project);
        self.in_order(|connection, numbers| {
            let mut session = Session::new(connection, numbers, declared, self.core.clock.tick());
            let one = |one| apply_all(&session, std::slice::from_ref(one));
            let applied: Vec<_> = writes.iter().map(one).collect();
            let changes = applied.iter().flatten().flat_map(|(_, changes)| changes);
            self.ask(place, None, Wish::Write(changes.map(touch).collect()))?;
            let each = applied
                .into_iter()
                .map(|applied| store_one(&mut session, applied));
            let each = each.collect::<Result<Vec<_>, Failed>>()?;
            session.end(PURGED + writes.len())?;
            Ok(each)
        })
    }

    /// The owner of the locks of a transaction that writes; none of one that only reads, which may write nothing.
    fn writer_of<'a>(
        &self,
        database: &Database,
        id: &'a [u8],
        writes: &[Write],
    ) -> Result<Option<(Owner, &'a [u8])>, Status> {
        let now = self.core.clock.now_micros();
        match self.transactions().find(id, database, now)?.reads {
            Reads::Locking(owner) => Ok(Some((owner, id))),
            Reads::Snapshot(_) if writes.is_empty() => Ok(None),
            Reads::Snapshot(_) => Err(Status::invalid_argument(
                "Cannot modify entities in a read-only transaction.",
            )),
        }
    }

    /// What the writes make of documents, once nobody else holds these. A transaction whose writes cannot be made ends.
    fn apply_locked(
        &self,
        place: &Place,
        session: &Session<'_>,
        writes: &[Write],
        owner: Option<(Owner, &[u8])>,
    ) -> Result<(Vec<WriteResult>, Vec<Change>), Status> {
        let applied = apply_all(session, writes);
        if let (Err(_), Some((_, id))) = (&applied, owner) {
            self.end(id);
        }
        let (results, changes) = applied?;
        self.ask(place, owner, Wish::Write(changes.iter().map(touch).collect()))?;
        Ok((results, changes))
    }

    fn end(&self, transaction: &[u8]) {
        let mut transactions = self.transactions();
        transactions.end(transaction);
        self.tell(transactions);
    }

    /// Runs `work` as the only commit, in one transaction of the database.
    pub(super) fn in_order<T>(
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

fn touch(change: &Change) -> Touch {
    Touch {
        name: change.name.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    }
}

/// Stores what differs and ends the session.
fn store_all(session: &mut Session<'_>, changes: &[Change]) -> Result<(), Failed> {
    let mut differing = changes.iter().filter(|change| !change.is_none());
    differing.try_for_each(|change| session.store(change))?;
    session.end(PURGED + changes.len())
}

/// Stores what one write makes, if it can be made; what the database refuses for its index entries is a write that cannot.
fn store_one(
    session: &mut Session<'_>,
    applied: Result<(Vec<WriteResult>, Vec<Change>), Status>,
) -> Result<Result<WriteResult, Status>, Failed> {
    let (mut results, changes) = match applied {
        Ok(applied) => applied,
        Err(status) => return Ok(Err(status)),
    };
    for change in changes.iter().filter(|change| !change.is_none()) {
        match session.store(change) {
            Err(Failed(status)) if status.code() == Code::InvalidArgument => return Ok(Err(status)),
            stored => stored?,
        }
    }
    Ok(Ok(results.pop().unwrap_or_default()))
}

/// The writes one after the other, each on what the ones before it left; also of documents that stay as they are.
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
    Ok((results, by_name.into_values().collect()))
}
