//! What a subscription still owes its subscriber: a queue of deliveries, without IO.
//!
//! A delivery waits (for its turn, for a time, behind others of its ordering key), is leased to somebody, and leaves when it is
//! acknowledged. Of an ordering key, deliveries leave in the order they came: only the first that is not leased is on offer, leases of a key
//! belong to one owner at a time, and one that fails takes back those leased after it.

use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A published message and its number.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) id: i64,
    /// When it was published, microseconds since 1970.
    pub(crate) published: i64,
    pub(crate) message: PubsubMessage,
}

/// A delivery as it comes into the queue. Ids rise in the order of publishing.
#[derive(Debug, Clone)]
pub(crate) struct NewDelivery {
    pub(crate) id: u64,
    pub(crate) message: Arc<Stored>,
    /// How often it was delivered before.
    pub(crate) attempts: u32,
    /// Not before this time, microseconds since 1970.
    pub(crate) not_before: i64,
    /// Among what is ready, lower goes first: the id, or a number drawn when the order is to be shuffled.
    pub(crate) rank: u64,
}

/// A delivery that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) id: u64,
    pub(crate) attempt: u32,
    pub(crate) message: Arc<Stored>,
}

/// What changed for a delivery that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) id: u64,
    pub(crate) attempts: u32,
    pub(crate) not_before: i64,
}

/// Who asks for deliveries, and on what terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taker {
    /// Leases of an ordering key belong to one owner at a time.
    pub(crate) owner: u64,
    /// When the leases end; never for a push, which always reports.
    pub(crate) until: Option<i64>,
    /// One delivery of an ordering key at a time (push), or as many as there are, in order (pull).
    pub(crate) one_per_key: bool,
    pub(crate) max_messages: usize,
    /// No more once so many bytes of data were given (one message at least).
    pub(crate) max_bytes: usize,
}

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

    /// Adds a delivery. Ids must rise.
    pub(crate) fn insert(&mut self, new: NewDelivery) {
        let NewDelivery {
            id,
            message,
            attempts,
            not_before,
            rank,
        } = new;
        self.entries.insert(
            id,
            Entry {
                message,
                attempts,
                not_before,
                rank,
                lease: None,
            },
        );
        match self.key_of(id) {
            None => self.offer(id),
            Some(name) => {
                let key = self.keys.entry(name).or_default();
                key.waiting.insert(id);
                if key.waiting.first() == Some(&id) {
                    self.offer(id);
                }
            }
        }
    }

    /// Leases what is ready at `now`, lowest rank first.
    pub(crate) fn take(&mut self, now: i64, taker: &Taker) -> Vec<Lease> {
        self.ripen(now);
        let (mut given, mut bytes) = (Vec::new(), 0);
        let mut from = (0, 0);
        while given.len() < taker.max_messages && (given.is_empty() || bytes < taker.max_bytes) {
            let Some(&(rank, id)) = self.ready.range(from..).next() else {
                break;
            };
            if self.may_lease(id, taker) {
                let lease = self.lease(id, now, taker);
                bytes += lease.as_ref().map_or(0, |lease| lease.message.message.data.len());
                given.extend(lease);
            } else {
                from = (rank, id + 1);
            }
        }
        given
    }

    /// Takes a delivery out for good. A late acknowledgement counts too, but not within an ordering key: what follows it may come again,
    /// and so must it.
    pub(crate) fn acknowledge(&mut self, id: u64, attempt: u32) -> Option<Arc<Stored>> {
        let entry = self.entries.get(&id)?;
        let current = entry.lease.is_some() && entry.attempts == attempt;
        if !current && self.key_of(id).is_some() {
            return None;
        }
        self.remove(id)
    }

    /// Whether this lease still stands: the delivery is out, in this attempt.
    pub(crate) fn is_leased(&self, id: u64, attempt: u32) -> bool {
        self.entries
            .get(&id)
            .is_some_and(|entry| entry.lease.is_some() && entry.attempts == attempt)
    }

    /// Gives a lease back: it comes again, not before `not_before`. Answers all deliveries that are back, this one first. Those of its key that
    /// were leased after it come back as if they had not been given out.
    pub(crate) fn give_back(&mut self, id: u64, not_before: i64) -> Vec<Returned> {
        let key = self.key_of(id);
        let followers: Vec<u64> = key
            .as_ref()
            .and_then(|name| self.keys.get(name))
            .map_or_else(Vec::new, |key| key.leased.range(id + 1..).copied().collect());
        let mut returned = Vec::new();
        if let Some(entry) = self.unlease(id) {
            entry.not_before = not_before;
            returned.push(Returned {
                id,
                attempts: entry.attempts,
                not_before,
            });
        }
        for follower in followers {
            if let Some(entry) = self.unlease(follower) {
                entry.attempts = entry.attempts.saturating_sub(1);
                returned.push(Returned {
                    id: follower,
                    attempts: entry.attempts,
                    not_before: entry.not_before,
                });
            }
        }
        match key {
            None => self.offer(id),
            Some(name) => self.offer_first(&name),
        }
        returned
    }

    /// Moves the end of a lease.
    pub(crate) fn extend(&mut self, id: u64, until: i64) {
        if let Some(lease) = self.entries.get_mut(&id).and_then(|entry| entry.lease.as_mut()) {
            if let Some(old) = lease.until.replace(until) {
                self.leases.remove(&(old, id));
            }
            self.leases.insert((until, id));
        }
    }

    /// The deliveries whose lease has ended at `now`, with their attempt.
    pub(crate) fn expired(&self, now: i64) -> Vec<(u64, u32)> {
        let ended = self.leases.range(..=(now, u64::MAX)).map(|(_, id)| *id);
        ended
            .filter_map(|id| Some((id, self.entries.get(&id)?.attempts)))
            .collect()
    }

    /// Takes a delivery out, leased or not.
    pub(crate) fn remove(&mut self, id: u64) -> Option<Arc<Stored>> {
        let key = self.key_of(id);
        self.unlease(id);
        let entry = self.entries.remove(&id)?;
        self.withdraw(id, &entry);
        if let Some(name) = key {
            if let Some(key) = self.keys.get_mut(&name) {
                key.waiting.remove(&id);
            }
            self.offer_first(&name);
        }
        Some(entry.message)
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

    fn key_of(&self, id: u64) -> Option<String> {
        let key = &self.entries.get(&id)?.message.message.ordering_key;
        (self.ordered && !key.is_empty()).then(|| key.clone())
    }

    /// Makes ready whose time has come; whether there was any.
    pub(crate) fn ripen(&mut self, now: i64) -> bool {
        let mut any = false;
        while let Some((time, id)) = self.timed.first().copied().filter(|(time, _)| *time <= now) {
            any = true;
            self.timed.remove(&(time, id));
            if let Some(entry) = self.entries.get(&id) {
                self.ready.insert((entry.rank, id));
            }
        }
        any
    }

    fn may_lease(&self, id: u64, taker: &Taker) -> bool {
        let Some(key) = self.key_of(id).and_then(|name| self.keys.get(&name)) else {
            return true;
        };
        key.leased.is_empty() || (key.owner == taker.owner && !taker.one_per_key)
    }

    fn lease(&mut self, id: u64, now: i64, taker: &Taker) -> Option<Lease> {
        let key = self.key_of(id);
        let entry = self.entries.get_mut(&id)?;
        self.ready.remove(&(entry.rank, id));
        entry.attempts += 1;
        entry.lease = Some(EntryLease {
            owner: taker.owner,
            until: taker.until,
        });
        let lease = Lease {
            id,
            attempt: entry.attempts,
            message: Arc::clone(&entry.message),
        };
        let held = self.held.entry(taker.owner).or_default();
        *held = (held.0 + 1, held.1 + entry.message.message.data.len());
        if let Some(until) = taker.until {
            self.leases.insert((until, id));
        }
        if let Some(name) = key {
            let key = self.keys.entry(name.clone()).or_default();
            key.waiting.remove(&id);
            key.leased.insert(id);
            key.owner = taker.owner;
            self.offer_first(&name);
            self.ripen(now);
        }
        Some(lease)
    }

    /// Ends a lease; the delivery is waiting, but not yet on offer.
    fn unlease(&mut self, id: u64) -> Option<&mut Entry> {
        let name = self.key_of(id);
        let entry = self.entries.get_mut(&id)?;
        let lease = entry.lease.take()?;
        let bytes = entry.message.message.data.len();
        if let Some(until) = lease.until {
            self.leases.remove(&(until, id));
        }
        if let Some(held) = self.held.get_mut(&lease.owner) {
            *held = (held.0 - 1, held.1 - bytes);
        }
        self.held.retain(|_, held| held.0 > 0);
        if let Some(key) = name.and_then(|name| self.keys.get_mut(&name)) {
            key.leased.remove(&id);
            // whoever was on offer behind it is not the first any more
            let behind = key.waiting.first().copied();
            key.waiting.insert(id);
            if let Some(behind) = behind
                && let Some(entry) = self.entries.get(&behind)
            {
                self.ready.remove(&(entry.rank, behind));
                self.timed.remove(&(entry.not_before, behind));
            }
        }
        self.entries.get_mut(&id)
    }

    fn offer_first(&mut self, name: &str) {
        let Some(key) = self.keys.get(name) else { return };
        match key.waiting.first().copied() {
            Some(first) => self.offer(first),
            None if key.leased.is_empty() => {
                self.keys.remove(name);
            }
            None => {}
        }
    }

    fn offer(&mut self, id: u64) {
        let Some(entry) = self.entries.get(&id) else {
            return;
        };
        if !self.ready.contains(&(entry.rank, id)) {
            self.timed.insert((entry.not_before, id));
        }
    }

    fn withdraw(&mut self, id: u64, entry: &Entry) {
        self.ready.remove(&(entry.rank, id));
        self.timed.remove(&(entry.not_before, id));
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
