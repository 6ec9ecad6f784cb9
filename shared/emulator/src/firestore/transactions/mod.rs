//! Running transactions: what each reads, what it holds locked, and when it ends by itself.

mod locks;
mod range;

pub(crate) use locks::{Answer, Footprint, Owner, Ticket, Touch, Wish};
pub(crate) use range::Range;

use super::name::Database;
use super::store::Moment;
use locks::Locks;
use std::collections::BTreeMap;
use std::sync::Arc;
use tonic::Status;

/// A transaction ends this long after its begin, in microseconds...
const LONGEST: i64 = 270_000_000;
/// ...and after this long without a call (<https://firebase.google.com/docs/firestore/quotas#writes_and_transactions>).
const LONGEST_IDLE: i64 = 60_000_000;

/// What a transaction is begun for.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// To read only: of the moment that is said, or else of its begin.
    ReadOnly(Option<Moment>),
    /// To read and write; the id of the transaction that it tries again, or nothing.
    ReadWrite(Vec<u8>),
}

/// How a running transaction reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// What was committed at one moment: nothing is locked.
    Snapshot(Moment),
    /// What is committed now; it stays so while this one runs.
    Locking(Owner),
}

/// A transaction that was begun and has not ended.
#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    database: String,
    /// How it reads.
    pub(crate) reads: Reads,
    age: u64,
    begun: i64,
    used: i64,
}

impl Transaction {
    /// The last moment at which it runs, if nobody calls it.
    fn end(&self) -> i64 {
        (self.begun + LONGEST).min(self.used + LONGEST_IDLE)
    }
}

/// One that has ended: it can be rolled back again, or tried again if it could write.
#[derive(Debug)]
struct Ended {
    reads: Reads,
    age: u64,
    begun: i64,
}

/// All running transactions by their ids, and their locks.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    running: BTreeMap<Vec<u8>, Transaction>,
    ended: BTreeMap<Vec<u8>, Ended>,
    serials: u64,
    /// What they hold, and who waits for it.
    pub(crate) locks: Locks<Arc<Range>>,
}

impl Transactions {
    /// Begins one. One that tries another again keeps its rank among those that wait for each other.
    pub(crate) fn begin(
        &mut self,
        id: Vec<u8>,
        database: &Database,
        kind: Kind,
        now: i64,
    ) -> Result<(), Status> {
        self.expire(now);
        self.ended.retain(|_, ended| now - ended.begun <= 2 * LONGEST);
        self.serials += 1;
        let serial = self.serials;
        let (age, reads) = match kind {
            Kind::ReadOnly(at) => (serial, Reads::Snapshot(at.unwrap_or(now))),
            Kind::ReadWrite(retried) => {
                let age = if retried.is_empty() {
                    serial
                } else {
                    self.age(&retried)?
                };
                (age, Reads::Locking(Owner { age, serial }))
            }
        };
        let transaction = Transaction {
            database: database.name.clone(),
            reads,
            age,
            begun: now,
            used: now,
        };
        self.running.insert(id, transaction);
        Ok(())
    }

    fn age(&self, id: &[u8]) -> Result<u64, Status> {
        let running = self.running.get(id).map(|running| (running.age, running.reads));
        let known = running.or_else(|| self.ended.get(id).map(|ended| (ended.age, ended.reads)));
        match known {
            Some((age, Reads::Locking(_))) => Ok(age),
            Some((_, Reads::Snapshot(_))) => {
                Err(Status::invalid_argument("Cannot retry a read-only transaction."))
            }
            None => Err(Status::invalid_argument("Invalid transaction.")),
        }
    }

    /// A running transaction that is used now.
    pub(crate) fn find(
        &mut self,
        id: &[u8],
        database: &Database,
        now: i64,
    ) -> Result<&mut Transaction, Status> {
        self.expire(now);
        let found = self.running.get_mut(id);
        let found = found.filter(|transaction| transaction.database == database.name);
        let transaction = found.ok_or_else(expired)?;
        transaction.used = now;
        Ok(transaction)
    }

    /// Ends a transaction and gives its locks back.
    pub(crate) fn end(&mut self, id: &[u8]) {
        let Some(Transaction {
            reads, age, begun, ..
        }) = self.running.remove(id)
        else {
            return;
        };
        self.ended.insert(id.to_vec(), Ended { reads, age, begun });
        if let Reads::Locking(owner) = reads {
            self.locks.release(owner);
        }
    }

    /// Ends a transaction, unless it has ended before.
    pub(crate) fn roll_back(&mut self, id: &[u8], database: &Database, now: i64) -> Result<(), Status> {
        self.expire(now);
        if !self.ended.contains_key(id) {
            self.find(id, database, now)?;
            self.end(id);
        }
        Ok(())
    }

    /// Ends those that have run or idled too long.
    pub(crate) fn expire(&mut self, now: i64) {
        let over = self
            .running
            .iter()
            .filter(|(_, transaction)| transaction.end() < now);
        let over: Vec<Vec<u8>> = over.map(|(id, _)| id.clone()).collect();
        for id in over {
            self.end(&id);
        }
    }

    /// Ends all of a project.
    pub(crate) fn forget(&mut self, project: &str) {
        let database = format!("projects/{project}/databases/");
        let running = self.running.iter();
        let own = running.filter(|(_, transaction)| transaction.database.starts_with(&database));
        let own: Vec<Vec<u8>> = own.map(|(id, _)| id.clone()).collect();
        for id in own {
            self.end(&id);
        }
    }

    /// When the next one ends by itself, if any runs.
    pub(crate) fn next_end(&self) -> Option<i64> {
        self.running
            .values()
            .map(|transaction| transaction.end() + 1)
            .min()
    }
}

fn expired() -> Status {
    Status::invalid_argument("The referenced transaction has expired or is no longer valid.")
}

/// What the loser of a contention is told.
pub(crate) fn contention() -> Status {
    Status::aborted(
        "Aborted due to cross-transaction contention. This occurs when multiple transactions attempt to access the same data, \
         requiring Firestore to abort at least one in order to enforce serializability.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_write() -> Kind {
        Kind::ReadWrite(Vec::new())
    }

    fn database(project: &str) -> Database {
        Database::parse(&format!("projects/{project}/databases/(default)")).unwrap()
    }

    #[test]
    fn a_transaction_ends_once_and_expires() {
        let (here, other) = (database("p"), database("q"));
        let mut transactions = Transactions::default();
        transactions.begin(b"a".to_vec(), &here, read_write(), 0).unwrap();
        assert!(transactions.find(b"a", &here, LONGEST_IDLE).is_ok());
        assert!(transactions.find(b"a", &here, 2 * LONGEST_IDLE).is_ok());
        assert!(transactions.find(b"a", &other, 2 * LONGEST_IDLE).is_err());
        assert!(transactions.find(b"a", &here, 3 * LONGEST_IDLE + 1).is_err());
        assert!(transactions.roll_back(b"a", &here, 3 * LONGEST_IDLE + 1).is_ok());
        assert!(transactions.roll_back(b"b", &here, 0).is_err());
        transactions
            .begin(b"c".to_vec(), &here, Kind::ReadOnly(None), 0)
            .unwrap();
        for now in (0..=LONGEST).step_by(50_000_000) {
            assert!(transactions.find(b"c", &here, now).is_ok());
        }
        assert!(transactions.find(b"c", &here, LONGEST + 1).is_err());
    }

    #[test]
    fn locks_go_with_their_transaction_when_it_expires() {
        let here = database("p");
        let mut transactions = Transactions::default();
        transactions.begin(b"a".to_vec(), &here, read_write(), 0).unwrap();
        let Reads::Locking(owner) = transactions.find(b"a", &here, 0).unwrap().reads else {
            unreachable!()
        };
        let read = Footprint {
            documents: ["x".to_owned()].into(),
            ..Footprint::default()
        };
        let ticket = transactions.locks.ticket();
        assert_eq!(
            transactions.locks.ask(ticket, Some(owner), Wish::Read(read)),
            Answer::Granted
        );
        let write = || {
            let name = "x".to_owned();
            Wish::Write(vec![Touch {
                name,
                before: None,
                after: None,
            }])
        };
        let ticket = transactions.locks.ticket();
        assert_eq!(transactions.locks.ask(ticket, None, write()), Answer::Waits);
        assert_eq!(transactions.next_end(), Some(LONGEST_IDLE + 1));
        transactions.expire(LONGEST_IDLE + 1);
        assert_eq!(transactions.locks.ask(ticket, None, write()), Answer::Granted);
    }

    #[test]
    fn one_that_is_tried_again_keeps_its_rank() {
        let here = database("p");
        let mut transactions = Transactions::default();
        for id in [b"a", b"b"] {
            transactions.begin(id.to_vec(), &here, read_write(), 0).unwrap();
        }
        transactions.end(b"a");
        transactions
            .begin(b"c".to_vec(), &here, Kind::ReadWrite(b"a".to_vec()), 0)
            .unwrap();
        let mut reads = |id: &[u8]| match transactions.find(id, &here, 0).unwrap().reads {
            Reads::Locking(owner) => owner,
            Reads::Snapshot(_) => unreachable!(),
        };
        assert!(reads(b"c") < reads(b"b"));
        transactions
            .begin(b"r".to_vec(), &here, Kind::ReadOnly(None), 0)
            .unwrap();
        for wrong in [b"x", b"r"] {
            let again = Kind::ReadWrite(wrong.to_vec());
            assert!(transactions.begin(b"d".to_vec(), &here, again, 0).is_err());
        }
    }
}
