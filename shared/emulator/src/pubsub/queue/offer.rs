//! What is on offer: a delivery comes in, waits for its time and for those of its key before it, and is ready.

use super::Queue;
use crate::pubsub::store::{Row, RowState, Store};
use tonic::Status;

impl Queue {
    /// Adds a delivery; of its key, the last. Its state is set here.
    pub(crate) fn insert(&mut self, store: &Store<'_>, mut row: Row, now: i64) -> Result<(), Status> {
        let behind = match &row.key {
            None => false,
            Some(name) => match self.keys.get(name) {
                Some(key) => key.offered.is_some(),
                None => store.has_key(self.number, name)?,
            },
        };
        row.state = if behind {
            RowState::Behind
        } else {
            self.offer_state(row.not_before, now)
        };
        if !behind && let Some(key) = row.key.as_ref().and_then(|name| self.keys.get_mut(name)) {
            key.offered = Some(row.id);
        }
        store.add_row(self.number, &row)?;
        self.backlog.open += 1;
        self.backlog.dead += u64::from(row.dead);
        self.backlog.oldest.get_or_insert(row.published);
        Ok(())
    }

    /// Makes ready whose time has come; whether there was any.
    pub(crate) fn ripen(&mut self, store: &Store<'_>, now: i64) -> Result<bool, Status> {
        if self.backlog.timed.is_none_or(|first| first > now) {
            return Ok(false);
        }
        let any = store.ripen(self.number)? > 0;
        self.may_be_ready |= any;
        self.backlog.timed = store.next_timed(self.number)?;
        Ok(any)
    }

    /// Puts the next of an ordering key, behind the place `after`, on offer.
    pub(super) fn offer_next(
        &mut self,
        store: &Store<'_>,
        name: &str,
        after: (i64, u64),
        now: i64,
    ) -> Result<Option<Row>, Status> {
        let next = store.next_of_key(self.number, name, after)?;
        if let Some(key) = self.keys.get_mut(name) {
            key.offered = next.as_ref().map(|row| row.id);
        }
        let Some(mut next) = next else { return Ok(None) };
        next.state = self.offer_state(next.not_before, now);
        store.set_state(next.id, next.state)?;
        Ok(Some(next))
    }
}
