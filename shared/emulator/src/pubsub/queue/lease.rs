//! Leases: deliveries are given out, for a time that may be moved and that ends.

use super::delivery::{Lease, Taker};
use super::{EntryLease, Queue};
use std::sync::Arc;

impl Queue {
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

    /// Whether this lease still stands: the delivery is out, in this attempt.
    pub(crate) fn is_leased(&self, id: u64, attempt: u32) -> bool {
        self.entries
            .get(&id)
            .is_some_and(|entry| entry.lease.is_some() && entry.attempts == attempt)
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
}
