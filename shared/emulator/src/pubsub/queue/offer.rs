//! What is on offer: a delivery comes in, waits for its time and for those of its key before it, and is ready.

use super::delivery::NewDelivery;
use super::{Entry, Queue};

impl Queue {
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

    /// Puts the first of an ordering key on offer, now that another one may be the first.
    pub(super) fn offer_first(&mut self, name: &str) {
        let Some(key) = self.keys.get(name) else { return };
        match key.waiting.first().copied() {
            Some(first) => self.offer(first),
            None if key.leased.is_empty() => {
                self.keys.remove(name);
            }
            None => {}
        }
    }

    /// Puts a delivery on offer from its time on.
    pub(super) fn offer(&mut self, id: u64) {
        let Some(entry) = self.entries.get(&id) else {
            return;
        };
        if !self.ready.contains(&(entry.rank, id)) {
            self.timed.insert((entry.not_before, id));
        }
    }

    /// Takes a delivery off offer.
    pub(super) fn withdraw(&mut self, id: u64, entry: &Entry) {
        self.ready.remove(&(entry.rank, id));
        self.timed.remove(&(entry.not_before, id));
    }
}
