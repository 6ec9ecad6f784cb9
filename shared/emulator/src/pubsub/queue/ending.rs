//! How a lease ends: the delivery leaves for good, or comes back to be given out again.

use super::delivery::{Returned, Stored};
use super::{Entry, Queue};
use std::sync::Arc;

impl Queue {
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
}
