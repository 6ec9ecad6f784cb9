//! Reads and commits: the rules around one lock, one clock and the database file.

use super::documents::{Change, Documents, LATEST, Snapshot};
use super::indexes::Indexes;
use super::name::Database;
use super::query::plan::Plan;
use super::query::run::{self, Found};
use super::time::{micros, timestamp};
use super::transactions::{Transaction, Transactions, contention};
use super::{store, write};
use crate::core::{Core, StartError};
use gcloud_sdk::google::firestore::v1::{CommitResponse, Document, Write, WriteResult};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use tonic::Status;

/// Everything that Firestore is. Locks are taken in the order of the fields.
#[derive(Debug)]
pub(crate) struct Engine {
    core: Arc<Core>,
    documents: RwLock<Documents>,
    transactions: Mutex<Transactions>,
    pub(crate) indexes: RwLock<Indexes>,
}

/// How a read is tied to a transaction: an id, or nothing.
pub(crate) type TransactionId<'a> = Option<&'a [u8]>;

/// What a read saw, and when (microseconds).
pub(crate) struct Seen<T> {
    pub(crate) what: T,
    pub(crate) at: Snapshot,
}

impl Engine {
    /// Reads the database file.
    pub(crate) fn open(core: Arc<Core>) -> Result<Self, StartError> {
        store::prepare(&core.db)?;
        let stored = store::load(&core.db)?;
        let newest = stored
            .iter()
            .filter_map(|document| document.update_time.as_ref())
            .map(micros)
            .max();
        core.clock.rise_above(newest.unwrap_or_default());
        let indexes = Indexes::load(store::load_indexes(&core.db)?)?;
        Ok(Self {
            documents: RwLock::new(Documents::load(stored)),
            transactions: Mutex::default(),
            indexes: RwLock::new(indexes),
            core,
        })
    }

    /// What all services share.
    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    /// Begins a transaction and answers its id.
    pub(crate) fn begin(&self, database: &Database, read_only: bool) -> Vec<u8> {
        let id = uuid::Uuid::new_v4().as_bytes().to_vec();
        self.transactions()
            .begin(id.clone(), database, read_only, self.core.clock.now_micros());
        id
    }

    /// Ends a transaction without writing.
    pub(crate) fn rollback(&self, database: &Database, id: &[u8]) -> Result<(), Status> {
        self.transactions()
            .roll_back(id, database, self.core.clock.now_micros())
    }

    /// Reads documents by their names.
    pub(crate) fn get(
        &self,
        database: &Database,
        names: &[String],
        transaction: TransactionId<'_>,
    ) -> Result<Seen<Vec<Option<Arc<Document>>>>, Status> {
        let documents = self.documents();
        let at = self.snapshot(database, transaction)?;
        if let Some(id) = transaction {
            self.transactions().has_read(id, names.iter().cloned());
        }
        Ok(Seen {
            what: names
                .iter()
                .map(|name| documents.get(name, at).cloned())
                .collect(),
            at,
        })
    }

    /// Runs a query.
    pub(crate) fn query(
        &self,
        database: &Database,
        plan: &Plan,
        transaction: TransactionId<'_>,
    ) -> Result<Seen<Found>, Status> {
        self.read_indexes().check(&database.project, plan)?;
        let documents = self.documents();
        let at = self.snapshot(database, transaction)?;
        if let Some(id) = transaction {
            self.transactions().has_queried(id, plan.clone());
        }
        Ok(Seen {
            what: run::run(plan, &documents, at),
            at,
        })
    }

    /// Looks at all documents as they are now, or as a transaction sees them, for lists that no transaction remembers.
    pub(crate) fn look<T>(
        &self,
        database: &Database,
        transaction: TransactionId<'_>,
        look: impl FnOnce(&Documents, Snapshot) -> T,
    ) -> Result<T, Status> {
        let documents = self.documents();
        let at = self.snapshot(database, transaction)?;
        Ok(look(&documents, at))
    }

    /// Makes all writes at one time, or none: durable when this answers.
    pub(crate) fn commit(
        &self,
        database: &Database,
        writes: &[Write],
        transaction: TransactionId<'_>,
    ) -> Result<CommitResponse, Status> {
        self.commit_and(database, writes, transaction, |_, answer| Ok(answer))
    }

    /// Makes one write and answers its document, as that write made it.
    pub(crate) fn write_one(&self, database: &Database, one: &Write) -> Result<Arc<Document>, Status> {
        let name = write::target(one)?;
        self.commit_and(database, std::slice::from_ref(one), None, |documents, _| {
            let document = documents.get(name, LATEST).cloned();
            document.ok_or_else(|| Status::internal(format!("{name} is gone")))
        })
    }

    fn commit_and<T>(
        &self,
        database: &Database,
        writes: &[Write],
        transaction: TransactionId<'_>,
        then: impl FnOnce(&Documents, CommitResponse) -> Result<T, Status>,
    ) -> Result<T, Status> {
        let root = database.root();
        writes.iter().try_for_each(|one| write::check(one, &root))?;
        let mut documents = self.documents.write().unwrap_or_else(PoisonError::into_inner);
        let now = self.core.clock.now_micros();
        let transaction = transaction
            .map(|id| self.transactions().end(id, database, now))
            .transpose()?;
        if let Some(transaction) = &transaction {
            check_transaction(transaction, &documents, writes)?;
        }
        let time = self.core.clock.tick();
        let (changes, write_results) = apply_all(&documents, writes, time)?;
        store::save(&self.core.db, &changes)?;
        let oldest = self.transactions().oldest_snapshot(now);
        documents.commit(changes, time, oldest);
        then(
            &documents,
            CommitResponse {
                write_results,
                commit_time: Some(timestamp(time)),
            },
        )
    }

    fn snapshot(&self, database: &Database, transaction: TransactionId<'_>) -> Result<Snapshot, Status> {
        let fresh = self.core.clock.tick();
        match transaction {
            None => Ok(fresh),
            Some(id) => self
                .transactions()
                .snapshot(id, database, fresh, self.core.clock.now_micros()),
        }
    }

    fn documents(&self) -> RwLockReadGuard<'_, Documents> {
        self.documents.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn transactions(&self) -> MutexGuard<'_, Transactions> {
        self.transactions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_indexes(&self) -> RwLockReadGuard<'_, Indexes> {
        self.indexes.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_transaction(
    transaction: &Transaction,
    documents: &Documents,
    writes: &[Write],
) -> Result<(), Status> {
    if transaction.read_only && !writes.is_empty() {
        return Err(Status::invalid_argument(
            "Cannot modify entities in a read-only transaction.",
        ));
    }
    if transaction.read_only || transaction.holds(documents) {
        Ok(())
    } else {
        Err(contention())
    }
}

/// The writes one after the other, each on what the ones before it left.
fn apply_all(
    documents: &Documents,
    writes: &[Write],
    time: i64,
) -> Result<(Vec<Change>, Vec<WriteResult>), Status> {
    let mut changed: BTreeMap<String, Option<Arc<Document>>> = BTreeMap::new();
    let mut results = Vec::with_capacity(writes.len());
    for one in writes {
        let name = write::target(one)?;
        let current = changed
            .get(name)
            .map_or_else(|| documents.get(name, LATEST), Option::as_ref);
        let (after, result) = write::apply(one, current, time)?;
        results.push(result);
        changed.insert(name.to_owned(), after);
    }
    for (one, result) in writes.iter().zip(&mut results) {
        let last = changed.get(write::target(one)?).and_then(Option::as_ref); // a later write may have overtaken this one
        result.update_time = last.and_then(|document| document.update_time);
    }
    let differs = |(name, after): &Change| match (documents.get(name, LATEST), after) {
        (Some(before), Some(after)) => !Arc::ptr_eq(before, after),
        (before, after) => before.is_some() || after.is_some(),
    };
    Ok((changed.into_iter().filter(differs).collect(), results))
}
