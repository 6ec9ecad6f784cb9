//! What a subscription still owes its subscriber. The deliveries themselves are rows in the store; here is what is out, and when to look
//! again: memory grows with what is leased, not with what waits.
//!
//! A delivery waits (for its turn, for a time, behind others of its ordering key), is leased to somebody, and leaves when it is
//! acknowledged. Of an ordering key, deliveries leave in the order they came: only the first that is not leased is on offer, leases of a key
//! belong to one owner at a time, and one that fails takes back those given out after it, acknowledged or not ("the Pub/Sub service also redelivers
//! every subsequent message with the same ordering key, including acknowledged messages":
//! <https://docs.cloud.google.com/pubsub/docs/ordering>). After it only those were given out that were while it was out: so an acknowledgement
//! takes effect once all before it in its key have.

mod delivery;
mod ending;
mod lease;
mod offer;
mod replay;
#[cfg(test)]
mod tests;

pub(crate) use delivery::{Lease, Taker};
pub(crate) use ending::Keep;
pub(crate) use replay::Replay;

use crate::pubsub::store::{Backlog, Row, RowState, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tonic::Status;

/// A delivery that is out.
#[derive(Debug)]
struct Out {
    row: Row,
    owner: u64,
    until: Option<i64>,
}

/// An ordering key that something is out of.
#[derive(Debug, Default)]
struct Key {
    /// Message and delivery ids of what is out.
    leased: BTreeSet<(i64, u64)>,
    owner: u64,
    /// What is on offer behind them.
    offered: Option<u64>,
}

/// The deliveries of one subscription that are not acknowledged.
#[derive(Debug)]
pub(crate) struct Queue {
    /// The subscription's number in the store.
    number: i64,
    ordered: bool,
    /// Whether a lease outlives a restart, so that nothing comes again before it ends.
    lasting: bool,
    backlog: Backlog,
    /// Nothing is ready when this is not set.
    may_be_ready: bool,
    out: BTreeMap<u64, Out>,
    ends: BTreeSet<(i64, u64)>,
    keys: HashMap<String, Key>,
    /// How many deliveries, and bytes of data, each owner has leased.
    held: HashMap<u64, (usize, u64)>,
}

impl Queue {
    /// The queue of the subscription with that number, as it is in the store; `ordered` is its `enable_message_ordering`, `lasting` its
    /// `enable_exactly_once_delivery`. Nothing is out.
    pub(crate) fn open(store: &Store<'_>, number: i64, ordered: bool, lasting: bool) -> Result<Self, Status> {
        if store.take_back_all(number)? && ordered {
            store.line_up(number)?;
        }
        let mut queue = Self::new(number, ordered, lasting);
        queue.look(store)?;
        Ok(queue)
    }

    /// The queue of a new subscription.
    pub(crate) fn new(number: i64, ordered: bool, lasting: bool) -> Self {
        Self {
            number,
            ordered,
            lasting,
            backlog: Backlog::default(),
            may_be_ready: false,
            out: BTreeMap::new(),
            ends: BTreeSet::new(),
            keys: HashMap::new(),
            held: HashMap::new(),
        }
    }

    /// Counts what is in the store.
    fn look(&mut self, store: &Store<'_>) -> Result<(), Status> {
        self.backlog = store.backlog(self.number)?;
        self.may_be_ready = self.backlog.open > 0;
        Ok(())
    }

    /// Finds out how old the oldest message is.
    fn look_at_oldest(&mut self, store: &Store<'_>) -> Result<(), Status> {
        let oldest = store.oldest(self.number, 1)?;
        self.backlog.oldest = oldest.first().map(|row| row.published);
        Ok(())
    }

    pub(crate) fn number(&self) -> i64 {
        self.number
    }

    pub(crate) fn set_lasting(&mut self, lasting: bool) {
        self.lasting = lasting;
    }

    /// What is owed, counted.
    pub(crate) fn backlog(&self) -> Backlog {
        self.backlog
    }

    /// When something happens next by time alone: a wait or a lease ends.
    pub(crate) fn next_time(&self) -> Option<i64> {
        let lease = self.ends.first().map(|(time, _)| *time);
        [self.backlog.timed, lease].into_iter().flatten().min()
    }

    /// How many deliveries are leased.
    pub(crate) fn leased(&self) -> usize {
        self.out.len()
    }

    /// How many deliveries, and bytes of data, `owner` has leased.
    pub(crate) fn leased_by(&self, owner: u64) -> (usize, u64) {
        self.held.get(&owner).copied().unwrap_or_default()
    }

    /// The ordering key of a message, where it has one and the queue keeps its order.
    pub(crate) fn key(&self, ordering_key: &str) -> Option<String> {
        (self.ordered && !ordering_key.is_empty()).then(|| ordering_key.to_owned())
    }

    /// On offer at once, or from `not_before` on.
    fn offer_state(&mut self, not_before: i64, now: i64) -> RowState {
        if not_before <= now {
            self.may_be_ready = true;
            return RowState::Ready;
        }
        let timed = &mut self.backlog.timed;
        *timed = Some(timed.map_or(not_before, |first| first.min(not_before)));
        RowState::Timed
    }
}
