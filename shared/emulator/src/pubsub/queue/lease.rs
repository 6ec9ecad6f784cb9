//! Leases: deliveries are given out, for a time that may be moved and that ends.

use super::delivery::{Lease, Taker};
use super::{Out, Queue};
use crate::pubsub::store::{MessageRow, Row, RowState, Store};
use std::collections::BTreeMap;
use tonic::Status;

/// How many deliveries are looked at in one query.
const CHUNK: u32 = 256;

/// The deliveries that are ready, by rank and id: a stretch of them at a time, and what became ready meanwhile.
#[derive(Debug, Default)]
struct Line {
    rows: BTreeMap<(u64, u64), Row>,
    /// How far the stretch goes; none once it goes to the end.
    read_to: Option<(u64, u64)>,
}

impl Line {
    fn open() -> Self {
        Self {
            rows: BTreeMap::new(),
            read_to: Some((0, 0)),
        }
    }

    fn next(&mut self, store: &Store<'_>, subscription: i64, count: u32) -> Result<Option<Row>, Status> {
        if self.rows.is_empty()
            && let Some(after) = self.read_to
        {
            let found = store.ready(subscription, after, count)?;
            self.read_to = found
                .last()
                .map(|row| (row.rank, row.id))
                .filter(|_| found.len() >= count as usize);
            self.rows
                .extend(found.into_iter().map(|row| ((row.rank, row.id), row)));
        }
        Ok(self.rows.pop_first().map(|(_, row)| row))
    }

    /// A row became ready: it is in the stretch that was read, or will be found behind it.
    fn add(&mut self, row: Row) {
        let place = (row.rank, row.id);
        if row.state == RowState::Ready && self.read_to.is_none_or(|end| place <= end) {
            self.rows.insert(place, row);
        }
    }
}

impl Queue {
    /// Leases what is ready at `now`, lowest rank first.
    pub(crate) fn take(&mut self, store: &Store<'_>, now: i64, taker: &Taker) -> Result<Vec<Lease>, Status> {
        self.ripen(store, now)?;
        let (mut given, mut bytes) = (Vec::new(), 0);
        if !self.may_be_ready || taker.max_messages == 0 {
            return Ok(given);
        }
        let (mut line, mut skipped) = (Line::open(), false);
        while given.len() < taker.max_messages && (given.is_empty() || bytes < taker.max_bytes) {
            let count = u32::try_from(taker.max_messages - given.len()).map_or(CHUNK, |left| left.min(CHUNK));
            let Some(row) = line.next(store, self.number, count)? else {
                // all that is ready is out, but for keys that others hold
                self.may_be_ready = skipped;
                break;
            };
            if self.may_lease(&row, taker) {
                bytes += u64::from(row.bytes);
                let (lease, next) = self.lease(store, row, now, taker)?;
                given.push(lease);
                if let Some(next) = next {
                    line.add(next);
                }
            } else {
                skipped = true;
            }
        }
        Ok(given)
    }

    fn may_lease(&self, row: &Row, taker: &Taker) -> bool {
        let Some(key) = row.key.as_ref().and_then(|name| self.keys.get(name)) else {
            return true;
        };
        key.leased.is_empty() || (key.owner == taker.owner && !taker.one_per_key)
    }

    /// Gives a delivery out; answers also what its key has on offer behind it.
    fn lease(
        &mut self,
        store: &Store<'_>,
        mut row: Row,
        now: i64,
        taker: &Taker,
    ) -> Result<(Lease, Option<Row>), Status> {
        row.attempts += 1;
        row.state = RowState::Leased;
        // an attempt counts from when it begins, so that a message which brings the process down is counted too
        row.not_before = taker.until.filter(|_| self.lasting).unwrap_or(now);
        store.set_attempt(row.id, row.state, row.attempts, row.not_before)?;
        let lease = Lease {
            id: row.id,
            attempt: row.attempts,
            message: store.message(row.message)?,
        };
        let held = self.held.entry(taker.owner).or_default();
        *held = (held.0 + 1, held.1 + u64::from(row.bytes));
        if let Some(until) = taker.until {
            self.ends.insert((until, row.id));
        }
        let (name, place) = (row.key.clone(), (row.message, row.id));
        self.out.insert(
            row.id,
            Out {
                row,
                owner: taker.owner,
                until: taker.until,
            },
        );
        let Some(name) = name else {
            return Ok((lease, None));
        };
        let key = self.keys.entry(name.clone()).or_default();
        key.leased.insert(place);
        key.owner = taker.owner;
        let next = self.offer_next(store, &name, place, now)?;
        Ok((lease, next))
    }

    /// The message of a delivery that is out.
    pub(crate) fn message(&self, store: &Store<'_>, id: u64) -> Result<Option<MessageRow>, Status> {
        let out = self.out.get(&id);
        out.map(|out| store.message(out.row.message)).transpose()
    }

    /// Whether this lease still stands: the delivery is out, in this attempt.
    pub(crate) fn is_leased(&self, id: u64, attempt: u32) -> bool {
        self.out.get(&id).is_some_and(|out| out.row.attempts == attempt)
    }

    /// Moves the end of a lease.
    pub(crate) fn extend(&mut self, store: &Store<'_>, id: u64, until: i64) -> Result<(), Status> {
        let Some(out) = self.out.get_mut(&id) else {
            return Ok(());
        };
        if let Some(old) = out.until.replace(until) {
            self.ends.remove(&(old, id));
        }
        self.ends.insert((until, id));
        if self.lasting {
            store.set_attempt(id, RowState::Leased, out.row.attempts, until)?;
        }
        Ok(())
    }

    /// The deliveries whose lease has ended at `now`, with their attempt: as their leases ended, and their messages came.
    pub(crate) fn expired(&self, now: i64) -> Vec<(u64, u32)> {
        let ended = self.ends.range(..=(now, u64::MAX));
        let mut ended: Vec<_> = ended
            .filter_map(|(until, id)| Some((*until, &self.out.get(id)?.row)))
            .collect();
        // a message that came back by a seek has a younger delivery than those after it
        ended.sort_unstable_by_key(|(until, row)| (*until, row.message, row.id));
        ended.iter().map(|(_, row)| (row.id, row.attempts)).collect()
    }
}
