//! What a subscription still owes its subscriber: a queue of deliveries, without IO.
//!
//! A delivery waits (for its turn, for a time, behind others of its ordering key), is leased to somebody, and leaves when it is
//! acknowledged. Of an ordering key, deliveries leave in the order they came: only the first that is not leased is on offer, leases of a key
//! belong to one owner at a time, and one that fails takes back those leased after it.

mod delivery;
mod ending;
mod lease;
mod offer;
#[cfg(test)]
mod tests;

pub(crate) use delivery::{Lease, NewDelivery, Stored, Taker};

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

#[derive(Debug)]
struct Entry {
    message: Arc<Stored>,
    attempts: u32,
    not_before: i64,
    rank: u64,
    lease: Option<EntryLease>,
}

#[derive(Debug, Clone, Copy)]
struct EntryLease {
    owner: u64,
    until: Option<i64>,
}

#[derive(Debug, Default)]
struct Key {
    waiting: BTreeSet<u64>,
    leased: BTreeSet<u64>,
    owner: u64,
}

/// The deliveries of one subscription that are not acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    ordered: bool,
    entries: BTreeMap<u64, Entry>,
    ready: BTreeSet<(u64, u64)>,
    timed: BTreeSet<(i64, u64)>,
    leases: BTreeSet<(i64, u64)>,
    keys: HashMap<String, Key>,
    /// How many deliveries, and bytes of data, each owner has leased.
    held: HashMap<u64, (usize, usize)>,
}

impl Queue {
    /// An empty queue; `ordered` is the subscription's `enable_message_ordering`.
    pub(crate) fn new(ordered: bool) -> Self {
        Self {
            ordered,
            ..Self::default()
        }
    }

    /// The oldest delivery: its id and when its message was published.
    pub(crate) fn oldest(&self) -> Option<(u64, i64)> {
        self.entries
            .iter()
            .next()
            .map(|(id, entry)| (*id, entry.message.published))
    }

    /// When something happens next by time alone: a wait or a lease ends.
    pub(crate) fn next_time(&self) -> Option<i64> {
        let times = [self.timed.first(), self.leases.first()];
        times.into_iter().flatten().map(|(time, _)| *time).min()
    }

    /// All messages in the queue, in the order of publishing.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Arc<Stored>> {
        self.entries.values().map(|entry| &entry.message)
    }

    /// How many deliveries are leased.
    pub(crate) fn leased(&self) -> usize {
        self.held.values().map(|(count, _)| count).sum()
    }

    /// How many deliveries, and bytes of data, `owner` has leased.
    pub(crate) fn leased_by(&self, owner: u64) -> (usize, usize) {
        self.held.get(&owner).copied().unwrap_or_default()
    }

    /// The ordering key of a delivery, where it has one and the queue keeps its order.
    fn key_of(&self, id: u64) -> Option<String> {
        let key = &self.entries.get(&id)?.message.message.ordering_key;
        (self.ordered && !key.is_empty()).then(|| key.clone())
    }
}
