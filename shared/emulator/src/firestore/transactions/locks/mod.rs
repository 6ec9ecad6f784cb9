//! Who may read and write what, without IO: shared locks of running transactions, and calls that wait for them.
//!
//! The rules of <https://firebase.google.com/docs/firestore/transaction-data-contention> for pessimistic transactions. What a
//! read-write transaction has read (documents, there or not, and ranges of queries) nobody else changes until it ends. A commit takes all its
//! exclusive locks at one moment and gives them back in the same, so nothing is ever seen locked exclusively; but a commit that waits lets no
//! new reader past, or it would wait for ever. Calls are served in the order in which they came, except where that order would make
//! a transaction wait for itself. Of transactions that wait for each other, the youngest is aborted.

mod graph;

#[cfg(test)]
mod tests;

use gcloud_sdk::google::firestore::v1::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A read-write transaction; the lesser is the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner {
    /// When it was first begun: one that is tried again keeps its rank.
    pub(crate) age: u64,
    /// Which try this is.
    pub(crate) serial: u64,
}

/// A call that asks for locks, by its arrival.
pub(crate) type Ticket = u64;

/// One document that a commit writes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Touch {
    /// The document's name.
    pub(crate) name: String,
    /// What is there; `None` if nothing.
    pub(crate) before: Option<Arc<Document>>,
    /// What will be there; `None` if nothing.
    pub(crate) after: Option<Arc<Document>>,
}

/// Where a query has looked.
pub(crate) trait Range {
    /// Whether the document is or would be there, so that the query might answer otherwise.
    fn covers(&self, touch: &Touch) -> bool;
}

/// What was read: it must stay as it is.
#[derive(Debug, Clone)]
pub(crate) struct Footprint<R> {
    /// Names of documents.
    pub(crate) documents: BTreeSet<String>,
    /// Where queries looked.
    pub(crate) ranges: Vec<R>,
}

impl<R> Default for Footprint<R> {
    fn default() -> Self {
        Self {
            documents: BTreeSet::new(),
            ranges: Vec::new(),
        }
    }
}

impl<R: Range> Footprint<R> {
    fn covers(&self, touch: &Touch) -> bool {
        self.documents.contains(&touch.name) || self.ranges.iter().any(|range| range.covers(touch))
    }
}

/// What a call asks for.
#[derive(Debug, Clone)]
pub(crate) enum Wish<R> {
    /// To read, for a transaction.
    Read(Footprint<R>),
    /// To write, all at once.
    Write(Vec<Touch>),
}

/// What a call is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It may go on: a read's locks are held now, a write is to be done at once.
    Granted,
    /// It is to ask again when something has changed.
    Waits,
    /// Its transaction lost: it is to end.
    Aborted,
}

#[derive(Debug)]
struct Waiting<R> {
    owner: Option<Owner>,
    wish: Wish<R>,
    /// What stood against it when it asked last.
    against: graph::Against,
}

/// All locks of one emulator.
#[derive(Debug)]
pub(crate) struct Locks<R> {
    held: BTreeMap<Owner, Footprint<R>>,
    waiting: BTreeMap<Ticket, Waiting<R>>,
    /// Transactions that lost while a call of theirs waits to hear it.
    doomed: BTreeSet<Owner>,
    tickets: Ticket,
    changed: bool,
}

impl<R> Default for Locks<R> {
    fn default() -> Self {
        Self {
            held: BTreeMap::new(),
            waiting: BTreeMap::new(),
            doomed: BTreeSet::new(),
            tickets: 0,
            changed: false,
        }
    }
}

impl<R: Range> Locks<R> {
    /// The place of a call that has just come.
    pub(crate) fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        self.tickets
    }

    /// Asks for locks. A call that waits asks again, with what it would touch by then.
    pub(crate) fn ask(&mut self, ticket: Ticket, owner: Option<Owner>, wish: Wish<R>) -> Answer {
        if owner.is_some_and(|owner| self.doomed.contains(&owner)) {
            self.leave(ticket);
            return Answer::Aborted;
        }
        let old = self.waiting.remove(&ticket).map(|waiting| waiting.against);
        let waiting = Waiting {
            owner,
            wish,
            against: graph::Against::default(),
        };
        self.waiting.insert(ticket, waiting);
        loop {
            let against = self.against(ticket);
            if against.is_nothing() {
                return self.grant(ticket);
            }
            match self.loser(&against, owner) {
                None => {
                    self.changed |= old.as_ref() != Some(&against);
                    if let Some(waiting) = self.waiting.get_mut(&ticket) {
                        waiting.against = against;
                    }
                    return Answer::Waits;
                }
                Some(loser) if Some(loser) == owner => {
                    self.leave(ticket);
                    self.release(loser);
                    return Answer::Aborted;
                }
                Some(loser) => {
                    self.release(loser);
                    self.doomed.insert(loser);
                    self.changed = true;
                }
            }
        }
    }

    fn grant(&mut self, ticket: Ticket) -> Answer {
        if let Some(Waiting { owner, wish, .. }) = self.waiting.remove(&ticket) {
            self.changed = true;
            if let (Some(owner), Wish::Read(read)) = (owner, wish) {
                let held = self.held.entry(owner).or_default();
                held.documents.extend(read.documents);
                held.ranges.extend(read.ranges);
            }
        }
        Answer::Granted
    }

    /// Whether a call that waits should ask again.
    pub(crate) fn may_go(&self, ticket: Ticket) -> bool {
        let doomed = |owner: Option<Owner>| owner.is_some_and(|owner| self.doomed.contains(&owner));
        self.waiting
            .get(&ticket)
            .is_none_or(|waiting| doomed(waiting.owner) || self.against(ticket).is_nothing())
    }

    /// How many calls wait.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// A call that waited goes away.
    pub(crate) fn leave(&mut self, ticket: Ticket) {
        self.changed |= self.waiting.remove(&ticket).is_some();
    }

    /// A transaction ends, however it did.
    pub(crate) fn release(&mut self, owner: Owner) {
        self.changed |= self.held.remove(&owner).is_some();
        self.changed |= self.doomed.remove(&owner);
    }

    /// Whether, since this was asked last, anything happened that those who wait should look at.
    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
}
