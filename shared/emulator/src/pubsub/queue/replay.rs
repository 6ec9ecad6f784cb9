//! What happens to a queue as a whole: it is taken to another point, or what is too old leaves it.

use super::{Keep, Queue};
use crate::pubsub::store::{MessageRow, Point, Row, RowState, Store};
use tonic::Status;

/// How many deliveries are looked at in one query.
const CHUNK: u32 = 500;

/// Where a queue is taken to, and what for.
pub(crate) struct Replay<'a> {
    pub(crate) point: Point,
    /// Whose retained messages come in, where the subscription has one.
    pub(crate) topic: Option<&'a str>,
    /// Whether acknowledged deliveries stay.
    pub(crate) keep: Keep,
    /// The delivery of a message that had none; none where the subscription does not take it.
    pub(crate) deliver: &'a mut dyn FnMut(MessageRow) -> Result<Option<Row>, Status>,
}

impl Queue {
    /// Acknowledges what lies before a point and takes back what was acknowledged behind it. Leases of what stays open stand, but for those of
    /// an ordering key: its order begins anew.
    pub(crate) fn seek(&mut self, store: &Store<'_>, replay: &mut Replay<'_>) -> Result<(), Status> {
        store.seek(self.number, replay.point, replay.keep == Keep::Acknowledged)?;
        let mut after = replay.topic.map(|_| 0);
        while let (Some(topic), Some(id)) = (replay.topic, after) {
            let (messages, next) = store.missing(self.number, topic, replay.point, id)?;
            for message in messages {
                if let Some(row) = (replay.deliver)(message)? {
                    store.add_row(self.number, &row)?;
                }
            }
            after = next;
        }
        self.forget_what_is_not_out(store)?;
        if self.ordered {
            store.line_up(self.number)?;
        }
        self.look(store)
    }

    fn forget_what_is_not_out(&mut self, store: &Store<'_>) -> Result<(), Status> {
        let ids: Vec<u64> = self.out.keys().copied().collect();
        for id in ids {
            let row = store.row(self.number, id)?;
            if row.is_none_or(|row| row.state != RowState::Leased || row.key.is_some()) {
                self.unlease(id);
            }
        }
        Ok(())
    }

    /// Drops what was published up to `horizon`; whether there was anything. `early` is what becomes of those whose early acknowledgement takes
    /// effect by that.
    pub(crate) fn expire(
        &mut self,
        store: &Store<'_>,
        horizon: i64,
        early: Keep,
        now: i64,
    ) -> Result<bool, Status> {
        let mut any = false;
        while self.backlog.oldest.is_some_and(|oldest| oldest <= horizon) {
            let oldest = store.oldest(self.number, CHUNK)?;
            let expired = oldest.iter().take_while(|row| row.published <= horizon);
            let mut count = 0;
            for row in expired {
                any |= self.remove_before(store, row.id, Keep::Nothing, early, now)?;
                count += 1;
            }
            self.look_at_oldest(store)?;
            if count < CHUNK {
                break;
            }
        }
        Ok(any)
    }

    /// Drops what was kept beyond its acknowledgement.
    pub(crate) fn forget_acknowledged(&mut self, store: &Store<'_>) -> Result<(), Status> {
        store.drop_acked(self.number)?;
        self.look(store)
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self, store: &Store<'_>) -> Result<(), Status> {
        store.drop_rows(self.number)?;
        *self = Self::new(self.number, self.ordered, self.lasting);
        Ok(())
    }
}
