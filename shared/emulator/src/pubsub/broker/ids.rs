//! The ids of messages and deliveries: they rise, and none is given twice, whatever became of its owner, of the process or of the clock.

use crate::pubsub::store::Store;
use tonic::Status;

/// How many ids are reserved at a time: so many are passed over at a start.
const BLOCK: i64 = 1_000_000;

/// Gives ids.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Ids {
    last: i64,
    reserved: i64,
}

impl Ids {
    /// Goes on above all that were ever given, and above `now` (microseconds), so that ids tell their age roughly.
    pub(crate) fn open(store: &Store<'_>, now: i64) -> Result<Self, Status> {
        let last = store.reserved_ids()?.max(now).max(1);
        Ok(Self { last, reserved: last })
    }

    /// The last id that was given.
    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// The next id.
    pub(crate) fn next(&mut self, store: &Store<'_>) -> Result<i64, Status> {
        if self.last >= self.reserved {
            self.reserved = self.last + BLOCK;
            store.reserve_ids(self.reserved)?;
        }
        self.last += 1;
        Ok(self.last)
    }
}
