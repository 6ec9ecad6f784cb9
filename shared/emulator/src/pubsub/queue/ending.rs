//! How a lease ends: the delivery leaves for good, or comes back to be given out again.

use super::{Out, Queue};
use crate::pubsub::store::{Row, RowState, Store};
use tonic::Status;

/// What becomes of an acknowledged delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// It goes.
    Nothing,
    /// It stays as acknowledged, for a seek.
    Acknowledged,
}

impl Queue {
    /// Takes a delivery out for good; whether it was there. A late acknowledgement counts too, but not within an ordering key (what follows
    /// it may come again, and so must it) and not where leases are exact. Before others of its key it is only noted, unless leases are exact:
    /// then "no redelivery occurs after the message is successfully acknowledged"
    /// (<https://docs.cloud.google.com/pubsub/docs/exactly-once-delivery>).
    pub(crate) fn acknowledge(
        &mut self,
        store: &Store<'_>,
        id: u64,
        attempt: u32,
        keep: Keep,
        now: i64,
    ) -> Result<bool, Status> {
        if self.is_leased(id, attempt) {
            if !self.lasting && self.is_early(id) {
                self.unlease(id);
                store.set_state(id, RowState::Early)?;
                return Ok(true);
            }
            return self.remove(store, id, keep, now);
        }
        let late = store.row(self.number, id)?;
        match late.filter(|row| row.state != RowState::Acked && row.key.is_none() && !self.lasting) {
            Some(_) => self.remove(store, id, keep, now),
            None => Ok(false),
        }
    }

    /// Whether one of its key before it is out: only then is one open that comes before what is out.
    fn is_early(&self, id: u64) -> bool {
        let Some(Out { row, .. }) = self.out.get(&id) else {
            return false;
        };
        let key = row.key.as_ref().and_then(|name| self.keys.get(name));
        key.and_then(|key| key.leased.first())
            .is_some_and(|first| *first < (row.message, id))
    }

    /// Takes a delivery out, leased or not; whether it was there.
    pub(crate) fn remove(
        &mut self,
        store: &Store<'_>,
        id: u64,
        keep: Keep,
        now: i64,
    ) -> Result<bool, Status> {
        self.remove_before(store, id, keep, keep, now)
    }

    /// Takes a delivery out, leased or not; whether it was there. `early` is what becomes of those behind it whose acknowledgement takes effect
    /// by that.
    pub(super) fn remove_before(
        &mut self,
        store: &Store<'_>,
        id: u64,
        keep: Keep,
        early: Keep,
        now: i64,
    ) -> Result<bool, Status> {
        let row = match self.unlease(id) {
            Some(out) => Some(out.row),
            None => store.row(self.number, id)?,
        };
        let Some(row) = row else { return Ok(false) };
        self.leave(store, &row, keep)?;
        if row.state == RowState::Acked {
            return Ok(true);
        }
        if let Some(name) = &row.key {
            if matches!(row.state, RowState::Ready | RowState::Timed) {
                self.offer_next(store, name, (row.message, id), now)?;
            }
            while let Some(first) = store.first_of_key(self.number, name)?
                && first.state == RowState::Early
            {
                self.leave(store, &first, early)?;
            }
        }
        if self.backlog.open == 0 {
            self.backlog.timed = None;
            self.may_be_ready = false;
            self.look_at_oldest(store)?;
        }
        Ok(true)
    }

    /// A delivery that nobody has leaves.
    fn leave(&mut self, store: &Store<'_>, row: &Row, keep: Keep) -> Result<(), Status> {
        if row.state != RowState::Acked {
            self.backlog.open = self.backlog.open.saturating_sub(1);
            self.backlog.dead = self.backlog.dead.saturating_sub(u64::from(row.dead));
        }
        match keep {
            Keep::Nothing => store.drop_row(row.id, row.message),
            Keep::Acknowledged => store.set_attempt(row.id, RowState::Acked, 0, row.not_before),
        }
    }

    /// Gives a lease back: it comes again, not before `not_before`. Those of its key that were given out after it, be they acknowledged, come
    /// back as if they had not been.
    pub(crate) fn give_back(
        &mut self,
        store: &Store<'_>,
        id: u64,
        not_before: i64,
        now: i64,
    ) -> Result<(), Status> {
        let Some(Out { row, .. }) = self.out.get(&id) else {
            return Ok(());
        };
        let (attempts, place, name) = (row.attempts, (row.message, id), row.key.clone());
        if let Some(name) = &name {
            self.take_back_behind(store, name, place)?;
        }
        self.unlease(id);
        let state = self.offer_state(not_before, now);
        store.set_attempt(id, state, attempts, not_before)?;
        if let Some(key) = name.and_then(|name| self.keys.get_mut(&name)) {
            key.offered = Some(id);
        }
        Ok(())
    }

    /// What is out of an ordering key behind `place`, or was acknowledged there, is not, and what was on offer there is behind.
    fn take_back_behind(&mut self, store: &Store<'_>, name: &str, place: (i64, u64)) -> Result<(), Status> {
        let Some(key) = self.keys.get_mut(name) else {
            return Ok(());
        };
        if let Some(offered) = key.offered.take() {
            store.set_state(offered, RowState::Behind)?;
        }
        let followers: Vec<u64> = key
            .leased
            .range((place.0, place.1 + 1)..)
            .map(|(_, id)| *id)
            .collect();
        for follower in followers {
            if let Some(Out { row, .. }) = self.unlease(follower) {
                let attempts = row.attempts.saturating_sub(1);
                store.set_attempt(follower, RowState::Behind, attempts, row.not_before)?;
            }
        }
        store.take_back_early(self.number, name, place)
    }

    /// Forgets that a delivery is out.
    pub(super) fn unlease(&mut self, id: u64) -> Option<Out> {
        let out = self.out.remove(&id)?;
        if let Some(until) = out.until {
            self.ends.remove(&(until, id));
        }
        if let Some(held) = self.held.get_mut(&out.owner) {
            *held = (held.0 - 1, held.1 - u64::from(out.row.bytes));
            if held.0 == 0 {
                self.held.remove(&out.owner);
            }
        }
        if let Some(name) = &out.row.key
            && let Some(key) = self.keys.get_mut(name)
        {
            key.leased.remove(&(out.row.message, id));
            if key.leased.is_empty() {
                self.keys.remove(name);
            }
        }
        self.may_be_ready = true;
        Some(out)
    }
}
