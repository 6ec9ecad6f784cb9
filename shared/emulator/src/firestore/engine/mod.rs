//! Reads and commits: the rules around one lock, one clock and the database file.

mod commit;
mod place;
mod read;

pub(crate) use place::Place;
pub(crate) use read::Consistency;

use super::bill::Bills;
use super::indexes::{Declared, Indexes};
use super::name::Database;
use super::store::{self, Moment, Numbers};
use super::transactions::{Kind, Transactions};
use crate::core::{Core, StartError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tonic::Status;

/// Everything that Firestore is. Locks are taken in the order of the fields, and the database's last.
#[derive(Debug)]
pub(crate) struct Engine {
    core: Arc<Core>,
    /// Who reads them holds them until it has read the documents too: they change together with the stored entries.
    indexes: RwLock<Indexes>,
    /// Who holds it makes the only commit, at a time that no reader has passed.
    writer: Mutex<Numbers>,
    transactions: Mutex<Transactions>,
    bills: Mutex<Bills>,
    /// Tells those who wait for locks to look again.
    changed: Notify,
}

impl Engine {
    /// Opens the tables; documents stay where they are.
    pub(crate) fn open(core: Arc<Core>) -> Result<Self, StartError> {
        let (indexes, last_commit) = store::open(&core.db)?;
        core.clock.rise_above(last_commit);
        Ok(Self {
            writer: Mutex::default(),
            transactions: Mutex::default(),
            indexes: RwLock::new(indexes),
            bills: Mutex::default(),
            changed: Notify::new(),
            core,
        })
    }

    /// The full names of all databases that ever held a document.
    pub(crate) fn databases(&self) -> Result<Vec<String>, Status> {
        self.core.db.read(store::databases).map_err(Status::from)
    }

    /// Removes all documents of a database, with their past.
    pub(crate) fn clear(&self, database: &Database) -> Result<(), Status> {
        self.in_order(|transaction, numbers| {
            numbers.forget();
            store::forget(transaction, &database.name)
        })
    }

    /// Removes all documents of a project, with their past, what was billed for them, and its transactions.
    pub(crate) fn forget(&self, project: &str) -> Result<(), Status> {
        for name in self.databases()? {
            let database = Database::parse(&name)?;
            if database.project == project {
                self.clear(&database)?;
            }
        }
        self.bills().reset(project);
        let mut transactions = self.transactions();
        transactions.forget(project);
        self.tell(transactions);
        Ok(())
    }

    /// Begins a transaction and answers its id.
    pub(crate) fn begin(&self, database: &Database, kind: Kind) -> Result<Vec<u8>, Status> {
        let kind = match kind {
            Kind::ReadOnly(at) => Kind::ReadOnly(Some(self.moment(at)?)),
            other @ Kind::ReadWrite(_) => other,
        };
        let id = uuid::Uuid::new_v4().as_bytes().to_vec();
        let now = self.core.clock.now_micros();
        let mut transactions = self.transactions();
        let begun = transactions.begin(id.clone(), database, kind, now);
        self.tell(transactions);
        begun.map(|()| id)
    }

    /// The moment that is wanted, or else now, between two commits.
    fn moment(&self, wanted: Option<Moment>) -> Result<Moment, Status> {
        let writer = self.writer();
        let now = self.core.clock.tick();
        drop(writer);
        let at = wanted.unwrap_or(now);
        read::check_moment(at, now)?;
        Ok(at)
    }

    /// Ends a transaction without writing.
    pub(crate) fn rollback(&self, database: &Database, id: &[u8]) -> Result<(), Status> {
        let now = self.core.clock.now_micros();
        let mut transactions = self.transactions();
        let ended = transactions.roll_back(id, database, now);
        self.tell(transactions);
        ended
    }

    /// How many calls wait for locks.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.transactions().locks.waiting()
    }

    /// The next time that those who wait for locks are told to look again.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// From now on, the project has these indexes and no others; stored before this answers.
    pub(crate) fn declare(&self, project: &str, declared: Declared) -> Result<(), Status> {
        let mut indexes = self.indexes.write().unwrap_or_else(PoisonError::into_inner);
        let change = (indexes.or_usual(project), &declared);
        self.in_order(|transaction, numbers| store::declare(transaction, numbers, project, change))?;
        indexes.set(project.to_owned(), declared);
        Ok(())
    }

    /// What calls cost.
    pub(crate) fn bills(&self) -> MutexGuard<'_, Bills> {
        self.bills.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, Numbers> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn transactions(&self) -> MutexGuard<'_, Transactions> {
        self.transactions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_indexes(&self) -> RwLockReadGuard<'_, Indexes> {
        self.indexes.read().unwrap_or_else(PoisonError::into_inner)
    }
}
