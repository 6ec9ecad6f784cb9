//! Running transactions: what each has read, from which snapshot, and whether that still holds.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the engine asks it as soon as it waits")
)]
mod locks;

use super::name::Database;
use super::query::plan::Plan;
use super::store::Moment;
use std::collections::{BTreeMap, BTreeSet};
use tonic::Status;

/// A transaction ends this long after its begin, in microseconds...
const LONGEST: i64 = 270_000_000;
/// ...and after this long without a call.
const LONGEST_IDLE: i64 = 60_000_000;

/// A transaction that was begun and has not ended.
#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    database: String,
    /// Whether it may not write.
    pub(crate) read_only: bool,
    /// What its reads see: set by the first.
    pub(crate) snapshot: Option<Moment>,
    begun: i64,
    used: i64,
    /// The documents it has read.
    pub(crate) documents: BTreeSet<String>,
    /// The queries it has run.
    pub(crate) queries: Vec<Plan>,
}

impl Transaction {
    fn is_over(&self, now: i64) -> bool {
        now - self.begun > LONGEST || now - self.used > LONGEST_IDLE
    }
}

/// All running transactions by their ids.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    running: BTreeMap<Vec<u8>, Transaction>,
    /// Those that ended, with their begin: a rollback after the end is no error.
    ended: BTreeMap<Vec<u8>, i64>,
}

impl Transactions {
    /// Begins one; `at` is what it reads, if that is said.
    pub(crate) fn begin(
        &mut self,
        id: Vec<u8>,
        database: &Database,
        read_only: bool,
        at: Option<Moment>,
        now: i64,
    ) {
        self.running.retain(|_, transaction| !transaction.is_over(now));
        self.ended.retain(|_, begun| now - *begun <= LONGEST);
        let transaction = Transaction {
            database: database.name.clone(),
            read_only,
            snapshot: at,
            begun: now,
            used: now,
            documents: BTreeSet::new(),
            queries: Vec::new(),
        };
        self.running.insert(id, transaction);
    }

    /// The snapshot that a transaction reads: `fresh` if this is its first read.
    pub(crate) fn snapshot(
        &mut self,
        id: &[u8],
        database: &Database,
        fresh: Moment,
        now: i64,
    ) -> Result<Moment, Status> {
        let transaction = self.find(id, database, now)?;
        transaction.used = now;
        Ok(*transaction.snapshot.get_or_insert(fresh))
    }

    /// Remembers that a transaction has read documents.
    pub(crate) fn has_read(&mut self, id: &[u8], names: impl IntoIterator<Item = String>) {
        if let Some(transaction) = self.running.get_mut(id) {
            transaction.documents.extend(names);
        }
    }

    /// Remembers that a transaction has run a query.
    pub(crate) fn has_queried(&mut self, id: &[u8], plan: Plan) {
        if let Some(transaction) = self.running.get_mut(id) {
            transaction.queries.push(plan);
        }
    }

    /// Ends a transaction.
    pub(crate) fn end(&mut self, id: &[u8], database: &Database, now: i64) -> Result<Transaction, Status> {
        self.find(id, database, now)?;
        let transaction = self.running.remove(id).ok_or_else(expired)?;
        self.ended.insert(id.to_vec(), transaction.begun);
        Ok(transaction)
    }

    /// Ends a transaction, unless it has ended before.
    pub(crate) fn roll_back(&mut self, id: &[u8], database: &Database, now: i64) -> Result<(), Status> {
        if self.ended.contains_key(id) {
            Ok(())
        } else {
            self.end(id, database, now).map(drop)
        }
    }

    fn find(&mut self, id: &[u8], database: &Database, now: i64) -> Result<&mut Transaction, Status> {
        let transaction = self
            .running
            .get_mut(id)
            .filter(|transaction| !transaction.is_over(now));
        transaction
            .filter(|transaction| transaction.database == database.name)
            .ok_or_else(expired)
    }
}

fn expired() -> Status {
    Status::invalid_argument("The referenced transaction has expired or is no longer valid.")
}

/// What a transaction whose reads no longer hold is told at its commit.
pub(crate) fn contention() -> Status {
    Status::aborted(
        "Aborted due to cross-transaction contention. This occurs when multiple transactions attempt to access the same data, \
         requiring Firestore to abort at least one in order to enforce serializability.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_ends_once_and_expires() {
        let database = Database::parse("projects/p/databases/(default)").unwrap();
        let other = Database::parse("projects/q/databases/(default)").unwrap();
        let mut transactions = Transactions::default();
        transactions.begin(b"a".to_vec(), &database, false, None, 0);
        assert_eq!(
            transactions.snapshot(b"a", &database, 5, LONGEST_IDLE).unwrap(),
            5
        );
        assert_eq!(
            transactions
                .snapshot(b"a", &database, 9, 2 * LONGEST_IDLE)
                .unwrap(),
            5
        );
        assert!(transactions.snapshot(b"a", &other, 9, 2 * LONGEST_IDLE).is_err());
        assert!(transactions.end(b"a", &database, 3 * LONGEST_IDLE).is_ok());
        assert!(transactions.end(b"a", &database, 3 * LONGEST_IDLE).is_err());
        transactions.begin(b"b".to_vec(), &database, true, None, 0);
        assert!(transactions.end(b"b", &database, LONGEST_IDLE + 1).is_err());
    }
}
