//! Seeking: the state of a whole subscription is set at once.

use super::{MessageRow, Store, decode};
use rusqlite::params;
use tonic::Status;

/// Where a subscription is taken to: what was published from then on is not acknowledged, all else is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Point {
    /// A time in microseconds since 1970.
    Time(i64),
    /// The number of a snapshot.
    Snapshot(i64),
}

impl Point {
    /// The condition over a message's id and time that it is not acknowledged, and the number `?2` in it.
    fn open(self, message: &str, published: &str) -> (String, i64) {
        match self {
            Self::Time(time) => (format!("({published} >= ?2)"), time),
            Self::Snapshot(number) => {
                let condition = format!(
                    "(EXISTS (SELECT 1 FROM pubsub_snapshots s WHERE s.number = ?2 AND {message} > s.newest)
                      OR EXISTS (SELECT 1 FROM pubsub_snapshot_messages x WHERE x.snapshot = ?2 AND x.message = {message}))"
                );
                (condition, number)
            }
        }
    }
}

/// How many messages of a topic are looked at in one query.
const CHUNK: usize = 500;

impl Store<'_> {
    /// Acknowledges what lies before `point`, and takes back the acknowledgement of what is retained behind it. [`Store::line_up`] must follow.
    pub(crate) fn seek(&self, subscription: i64, point: Point, retains: bool) -> Result<(), Status> {
        let (open, number) = point.open("pubsub_queue.message", "pubsub_queue.published");
        self.run(
            &format!(
                "UPDATE pubsub_queue SET state = 4, attempts = 0 WHERE subscription = ?1 AND state < 4 AND NOT {open}"
            ),
            params![subscription, number],
        )?;
        self.run(
            &format!(
                "UPDATE pubsub_queue SET state = 1, not_before = ?3 WHERE subscription = ?1 AND state = 4 AND {open}"
            ),
            params![subscription, number, self.now],
        )?;
        if retains {
            Ok(())
        } else {
            self.drop_acked(subscription)
        }
    }

    /// Messages of `topic` behind `point` that the subscription has no delivery of, by id, from `after` on: those of its retention, or of the
    /// snapshot. Also the id to go on from, until there is none.
    pub(crate) fn missing(
        &self,
        subscription: i64,
        topic: &str,
        point: Point,
        after: i64,
    ) -> Result<(Vec<MessageRow>, Option<i64>), Status> {
        let (open, number) = point.open("m.id", "m.published");
        let kept = match point {
            Point::Time(_) => {
                "EXISTS (SELECT 1 FROM pubsub_topics t WHERE t.name = m.topic AND t.retention > 0 AND m.published > ?5 - t.retention)"
            }
            Point::Snapshot(_) => "?5",
        };
        let sql = format!(
            "SELECT m.id, m.published, m.body FROM pubsub_messages m WHERE m.topic = ?3 AND m.id > ?4 AND {open} AND {kept}
             AND NOT EXISTS (SELECT 1 FROM pubsub_queue q WHERE q.message = m.id AND q.subscription = ?1)
             ORDER BY m.id LIMIT {CHUNK}"
        );
        let rows: Vec<(i64, i64, Vec<u8>)> = self.all(
            &sql,
            params![subscription, number, topic, after, self.now],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let next = rows.last().map(|row| row.0).filter(|_| rows.len() == CHUNK);
        let message = |(id, published, body): (i64, i64, Vec<u8>)| {
            Ok(MessageRow {
                id,
                published,
                message: decode(&body)?,
            })
        };
        Ok((
            rows.into_iter().map(message).collect::<Result<_, Status>>()?,
            next,
        ))
    }

    /// What is marked as out is not: so it is after a start. Whether there was any.
    pub(crate) fn take_back_all(&self, subscription: i64) -> Result<bool, Status> {
        let sql = "UPDATE pubsub_queue SET state = 1 WHERE subscription = ? AND state = 3";
        Ok(self.run(sql, [subscription])? > 0)
    }

    /// Puts all with an ordering key in line anew: nothing of it is out, no early acknowledgement of it counts, and of each key the first is on
    /// offer from its time on.
    pub(crate) fn line_up(&self, subscription: i64) -> Result<(), Status> {
        let behind = "UPDATE pubsub_queue SET attempts = attempts - (state = -1), state = 2 WHERE subscription = ? AND key IS NOT NULL AND state < 4";
        self.run(behind, [subscription])?;
        let first = "UPDATE pubsub_queue SET state = 1 WHERE id IN (
            SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY key ORDER BY message, id) AS place FROM pubsub_queue
                WHERE subscription = ?1 AND key IS NOT NULL AND state < 4) WHERE place = 1)";
        self.run(first, [subscription]).map(|_| ())
    }
}
