//! The model: every message, and what stands of it.

use super::stage::{DEADLINE, Kind, MOST_ATTEMPTS, RETENTION};
use std::collections::{BTreeMap, BTreeSet};

/// The model of one message, by its number.
#[derive(Debug, Clone, Default)]
pub(super) struct Message {
    pub(super) key: &'static str,
    pub(super) published: i64,
    pub(super) open: bool,
    pub(super) attempts: u32,
    /// Acknowledged while one of its key before it was not.
    pub(super) early: bool,
    /// Owner and end.
    pub(super) lease: Option<(u64, i64)>,
    /// How often it came back after it was gone: as another delivery each time.
    pub(super) lives: u32,
}

/// A lease that somebody once had.
#[derive(Debug, Clone, Copy)]
pub(super) struct Had {
    pub(super) number: u32,
    pub(super) delivery: u64,
    pub(super) attempt: u32,
    pub(super) life: u32,
}

#[derive(Debug)]
pub(super) struct Model {
    pub(super) kind: Kind,
    pub(super) messages: BTreeMap<u32, Message>,
    /// What is past its retention, or acknowledged and not retained, comes back with a snapshot only.
    pub(super) gone: BTreeMap<u32, Message>,
    pub(super) buried: BTreeSet<u32>,
    /// What was open, and the number of the next message, then.
    pub(super) snapshot: Option<(BTreeSet<u32>, u32)>,
}

impl Model {
    pub(super) fn is_keyed(&self, number: u32) -> bool {
        self.kind.ordered && !self.messages[&number].key.is_empty()
    }

    pub(super) fn pull(&mut self, owner: u64, max: usize, now: i64) -> Vec<(u32, u32)> {
        let mut given = Vec::new();
        for number in self.messages.keys().copied().collect::<Vec<_>>() {
            let message = &self.messages[&number];
            if given.len() == max || !message.open || message.early || message.lease.is_some() {
                continue;
            }
            let before = self
                .messages
                .range(..number)
                .filter(|(_, m)| m.open && !m.early && m.key == message.key);
            let holders = before.map(|(_, m)| m.lease.map(|(owner, _)| owner));
            if self.is_keyed(number) && holders.into_iter().any(|other| other != Some(owner)) {
                continue;
            }
            let message = self.messages.get_mut(&number).unwrap();
            message.attempts += 1;
            message.lease = Some((owner, now + DEADLINE));
            given.push((number, message.attempts));
        }
        given
    }

    pub(super) fn stands(&self, number: u32, attempt: u32) -> bool {
        let message = self.messages.get(&number);
        message.is_some_and(|m| m.lease.is_some() && m.attempts == attempt)
    }

    /// Whether it is a lease of this delivery, be it over.
    pub(super) fn knows(&self, lease: Had) -> bool {
        let message = self.messages.get(&lease.number);
        message.is_some_and(|m| m.open && m.lives == lease.life)
    }

    pub(super) fn acknowledge(&mut self, lease: Had) {
        let number = lease.number;
        let keyed = self.messages.contains_key(&number) && self.is_keyed(number);
        if self.knows(lease) && (self.stands(number, lease.attempt) || !self.is_keyed(number)) {
            let (key, lease) = (self.messages[&number].key, &mut self.messages);
            let before = lease.range(..number).any(|(_, m)| m.open && m.key == key);
            if keyed && before {
                let message = lease.get_mut(&number).unwrap();
                (message.early, message.lease) = (true, None);
            } else {
                self.close(number);
                self.settle();
            }
        }
    }

    /// Early acknowledgements count that have nothing open before them.
    fn settle(&mut self) {
        let mut open = BTreeSet::new();
        for number in self.open() {
            let message = &self.messages[&number];
            if !message.early {
                open.insert(message.key);
            } else if !open.contains(message.key) {
                self.close(number);
            }
        }
    }

    /// Acknowledged: it is retained, or gone.
    pub(super) fn close(&mut self, number: u32) {
        let Some(mut message) = self.messages.remove(&number) else {
            return;
        };
        (message.open, message.early, message.lease, message.attempts) = (false, false, None, 0);
        if self.kind.retains {
            self.messages.insert(number, message);
        } else {
            self.gone.insert(number, message);
        }
    }

    pub(super) fn nack(&mut self, number: u32, attempt: u32) {
        if !self.stands(number, attempt) {
            return;
        }
        if self.kind.buries && attempt >= MOST_ATTEMPTS {
            self.buried.insert(number);
            self.close(number);
            return self.settle();
        }
        let (keyed, key) = (self.is_keyed(number), self.messages[&number].key);
        self.messages.get_mut(&number).unwrap().lease = None;
        for (_, follower) in self.messages.range_mut(number + 1..) {
            if keyed && follower.key == key && (follower.lease.take().is_some() || follower.early) {
                follower.attempts -= 1;
                follower.early = false;
            }
        }
    }

    pub(super) fn tick(&mut self, now: i64) {
        let old = self
            .messages
            .iter()
            .filter(|(_, m)| m.published <= now - RETENTION);
        for number in old.map(|(number, _)| *number).collect::<Vec<_>>() {
            let mut message = self.messages.remove(&number).unwrap();
            (message.open, message.early, message.lease, message.attempts) = (false, false, None, 0);
            self.gone.insert(number, message);
        }
        self.settle();
        let leases = self
            .messages
            .iter()
            .filter_map(|(number, m)| Some((m.lease?.1, *number, m.attempts)));
        let mut ended: Vec<_> = leases.filter(|(until, ..)| *until <= now).collect();
        ended.sort_unstable();
        for (_, number, attempt) in ended {
            self.nack(number, attempt);
        }
    }

    pub(super) fn seek(&mut self, opens: impl Fn(u32, &Message) -> bool) {
        for number in self.messages.keys().copied().collect::<Vec<_>>() {
            let message = &self.messages[&number];
            match (message.open, opens(number, message)) {
                (true, false) => self.close(number),
                (_, opens) => self.messages.get_mut(&number).unwrap().open = opens,
            }
        }
        for number in self.messages.keys().copied().collect::<Vec<_>>() {
            if self.is_keyed(number) {
                self.messages.get_mut(&number).unwrap().lease = None;
            }
        }
        self.forget_early();
    }

    /// Its order begins anew: what was acknowledged early comes again.
    fn forget_early(&mut self) {
        for message in self.messages.values_mut().filter(|message| message.early) {
            (message.early, message.attempts) = (false, message.attempts - 1);
        }
    }

    pub(super) fn seek_snapshot(&mut self) {
        let Some((open, next)) = self.snapshot.clone() else {
            return;
        };
        let holds = |number: u32| open.contains(&number) || number >= next;
        let back: Vec<u32> = self
            .gone
            .keys()
            .copied()
            .filter(|number| holds(*number))
            .collect();
        for number in back {
            let mut message = self.gone.remove(&number).unwrap();
            message.lives += 1;
            self.messages.insert(number, message);
        }
        self.seek(|number, _| holds(number));
    }

    pub(super) fn crash(&mut self) {
        self.messages
            .values_mut()
            .for_each(|message| message.lease = None);
        self.forget_early();
    }

    pub(super) fn open(&self) -> BTreeSet<u32> {
        let open = self.messages.iter().filter(|(_, message)| message.open);
        open.map(|(number, _)| *number).collect()
    }
}
