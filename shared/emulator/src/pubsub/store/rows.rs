//! Deliveries: of each subscription a row for each message that it owes, and for acknowledged ones that it retains.
//!
//! Every question that a queue asks in its daily work is answered by an index, in a time that does not depend on how much waits.

use super::Store;
use super::messages::UNKEPT;
use rusqlite::params;
use tonic::Status;

/// The states are those of [`RowState`]; partial indexes name them as numbers.
pub(super) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS pubsub_queue (
        id INTEGER PRIMARY KEY, subscription INTEGER NOT NULL, message INTEGER NOT NULL, published INTEGER NOT NULL, key TEXT,
        bytes INTEGER NOT NULL, dead INTEGER NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL, rank INTEGER NOT NULL,
        state INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS pubsub_queue_ready ON pubsub_queue (subscription, rank, id) WHERE state = 0;
    CREATE INDEX IF NOT EXISTS pubsub_queue_timed ON pubsub_queue (subscription, not_before) WHERE state = 1;
    CREATE INDEX IF NOT EXISTS pubsub_queue_leased ON pubsub_queue (subscription) WHERE state = 3;
    CREATE INDEX IF NOT EXISTS pubsub_queue_keys ON pubsub_queue (subscription, key, message, id) WHERE key IS NOT NULL AND state < 4;
    CREATE INDEX IF NOT EXISTS pubsub_queue_oldest ON pubsub_queue (subscription, message);
    CREATE INDEX IF NOT EXISTS pubsub_queue_messages ON pubsub_queue (message, subscription);";

/// Where a delivery stands. Of an ordering key, some are `Leased` or (but for the first) `Early`, the next is `Ready` or `Timed`, all after it
/// are `Behind`. All but `Acked` are below 4: open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i8)]
pub(crate) enum RowState {
    /// Acknowledged while one of its ordering key before it is not: that takes effect when all before it are acknowledged, or gone.
    Early = -1,
    /// On offer.
    Ready = 0,
    /// On offer from its time on.
    Timed = 1,
    /// Waits for others of its ordering key.
    Behind = 2,
    /// Out.
    Leased = 3,
    /// Acknowledged and retained.
    Acked = 4,
}

impl RowState {
    fn of(number: i8) -> Self {
        match number {
            -1 => Self::Early,
            0 => Self::Ready,
            1 => Self::Timed,
            2 => Self::Behind,
            3 => Self::Leased,
            _ => Self::Acked,
        }
    }
}

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: u64,
    pub(crate) message: i64,
    /// When the message was published, microseconds since 1970.
    pub(crate) published: i64,
    /// The ordering key, where it has one and the subscription keeps its order.
    pub(crate) key: Option<String>,
    /// Bytes of data.
    pub(crate) bytes: u32,
    /// Whether the message is a dead letter.
    pub(crate) dead: bool,
    /// How often it was delivered.
    pub(crate) attempts: u32,
    /// Not before this time, microseconds since 1970.
    pub(crate) not_before: i64,
    /// Among what is ready, lower goes first: the message's id, or a number drawn when the order is to be shuffled.
    pub(crate) rank: u64,
    pub(crate) state: RowState,
}

/// What a subscription owes, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// Deliveries that are not acknowledged.
    pub(crate) open: u64,
    /// Dead letters among them.
    pub(crate) dead: u64,
    /// The first time that one becomes ready by time alone.
    pub(crate) timed: Option<i64>,
    /// When the oldest message was published, retained ones too.
    pub(crate) oldest: Option<i64>,
}

const COLUMNS: &str = "id, message, published, key, bytes, dead, attempts, not_before, rank, state";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: row.get::<_, i64>(0)?.cast_unsigned(),
        message: row.get(1)?,
        published: row.get(2)?,
        key: row.get(3)?,
        bytes: row.get(4)?,
        dead: row.get(5)?,
        attempts: row.get(6)?,
        not_before: row.get(7)?,
        rank: row.get::<_, i64>(8)?.cast_unsigned(),
        state: RowState::of(row.get(9)?),
    })
}

impl Store<'_> {
    pub(crate) fn add_row(&self, subscription: i64, row: &Row) -> Result<(), Status> {
        self.run(
            "INSERT INTO pubsub_queue VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                row.id.cast_signed(),
                subscription,
                row.message,
                row.published,
                row.key,
                row.bytes,
                row.dead,
                row.attempts,
                row.not_before,
                row.rank.cast_signed(),
                row.state as i8
            ],
        )
        .map(|_| ())
    }

    pub(crate) fn row(&self, subscription: i64, id: u64) -> Result<Option<Row>, Status> {
        let sql = format!("SELECT {COLUMNS} FROM pubsub_queue WHERE id = ? AND subscription = ?");
        self.one(&sql, params![id.cast_signed(), subscription], read)
    }

    /// At most `count` deliveries that are ready, by rank and id, behind the place `after`.
    pub(crate) fn ready(&self, subscription: i64, after: (u64, u64), count: u32) -> Result<Vec<Row>, Status> {
        let sql = format!(
            "SELECT {COLUMNS} FROM pubsub_queue WHERE subscription = ? AND state = 0 AND (rank, id) > (?, ?) ORDER BY rank, id LIMIT ?"
        );
        let (rank, id) = (after.0.cast_signed(), after.1.cast_signed());
        self.all(&sql, params![subscription, rank, id, count], read)
    }

    /// The next delivery of an ordering key that waits behind the place (message and id) `after`.
    pub(crate) fn next_of_key(
        &self,
        subscription: i64,
        key: &str,
        after: (i64, u64),
    ) -> Result<Option<Row>, Status> {
        let sql = format!(
            "SELECT {COLUMNS} FROM pubsub_queue WHERE subscription = ? AND key = ? AND state < 4 AND state = 2 AND (message, id) > (?, ?)
             ORDER BY message, id LIMIT 1"
        );
        self.one(
            &sql,
            params![subscription, key, after.0, after.1.cast_signed()],
            read,
        )
    }

    /// The first delivery of an ordering key that is open.
    pub(crate) fn first_of_key(&self, subscription: i64, key: &str) -> Result<Option<Row>, Status> {
        let sql = format!(
            "SELECT {COLUMNS} FROM pubsub_queue WHERE subscription = ? AND key = ? AND state < 4 ORDER BY message, id LIMIT 1"
        );
        self.one(&sql, params![subscription, key], read)
    }

    /// Takes back early acknowledgements of an ordering key behind the place (message and id) `after`: those deliveries wait as if they had not
    /// been given out.
    pub(crate) fn take_back_early(
        &self,
        subscription: i64,
        key: &str,
        after: (i64, u64),
    ) -> Result<(), Status> {
        let sql = "UPDATE pubsub_queue SET state = 2, attempts = attempts - 1
            WHERE subscription = ? AND key = ? AND state < 4 AND state = -1 AND (message, id) > (?, ?)";
        let (message, id) = (after.0, after.1.cast_signed());
        self.run(sql, params![subscription, key, message, id]).map(|_| ())
    }

    /// Whether anything of an ordering key is not acknowledged.
    pub(crate) fn has_key(&self, subscription: i64, key: &str) -> Result<bool, Status> {
        let sql = "SELECT 1 FROM pubsub_queue WHERE subscription = ? AND key = ? AND state < 4 LIMIT 1";
        Ok(self.one(sql, params![subscription, key], |_| Ok(()))?.is_some())
    }

    /// Moves a delivery to another state.
    pub(crate) fn set_state(&self, id: u64, state: RowState) -> Result<(), Status> {
        let sql = "UPDATE pubsub_queue SET state = ? WHERE id = ?";
        self.run(sql, params![state as i8, id.cast_signed()]).map(|_| ())
    }

    /// Moves a delivery to another state, with its count of attempts and its time.
    pub(crate) fn set_attempt(
        &self,
        id: u64,
        state: RowState,
        attempts: u32,
        not_before: i64,
    ) -> Result<(), Status> {
        let sql = "UPDATE pubsub_queue SET state = ?, attempts = ?, not_before = ? WHERE id = ?";
        self.run(sql, params![state as i8, attempts, not_before, id.cast_signed()])
            .map(|_| ())
    }

    /// Makes ready whose time has come; how many there were.
    pub(crate) fn ripen(&self, subscription: i64) -> Result<usize, Status> {
        let sql =
            "UPDATE pubsub_queue SET state = 0 WHERE subscription = ? AND state = 1 AND not_before <= ?";
        self.run(sql, params![subscription, self.now])
    }

    /// When the next delivery becomes ready by time alone.
    pub(crate) fn next_timed(&self, subscription: i64) -> Result<Option<i64>, Status> {
        let sql = "SELECT min(not_before) FROM pubsub_queue WHERE subscription = ? AND state = 1";
        Ok(self.one(sql, [subscription], |row| row.get(0))?.flatten())
    }

    /// At most `count` deliveries of the oldest messages, acknowledged ones too.
    pub(crate) fn oldest(&self, subscription: i64, count: u32) -> Result<Vec<Row>, Status> {
        let sql =
            format!("SELECT {COLUMNS} FROM pubsub_queue WHERE subscription = ? ORDER BY message, id LIMIT ?");
        self.all(&sql, params![subscription, count], read)
    }

    /// When the oldest message that is not acknowledged was published.
    pub(crate) fn oldest_open(&self, subscription: i64) -> Result<Option<i64>, Status> {
        let sql = "SELECT published FROM pubsub_queue WHERE subscription = ? AND state < 4 ORDER BY message LIMIT 1";
        self.one(sql, [subscription], |row| row.get(0))
    }

    /// A delivery is done with; its message goes unless somebody needs it.
    pub(crate) fn drop_row(&self, id: u64, message: i64) -> Result<(), Status> {
        self.run("DELETE FROM pubsub_queue WHERE id = ?", [id.cast_signed()])?;
        self.drop_unused(message)
    }

    /// Drops all a subscription owes and retains.
    pub(crate) fn drop_rows(&self, subscription: i64) -> Result<(), Status> {
        self.drop_rows_that(subscription, "1")
    }

    /// Drops what a subscription retains beyond its acknowledgement.
    pub(crate) fn drop_acked(&self, subscription: i64) -> Result<(), Status> {
        self.drop_rows_that(subscription, "state = 4")
    }

    fn drop_rows_that(&self, subscription: i64, condition: &str) -> Result<(), Status> {
        let messages = format!(
            "DELETE FROM pubsub_messages AS m WHERE m.id IN (SELECT message FROM pubsub_queue WHERE subscription = ?2 AND {condition})
             AND NOT EXISTS (SELECT 1 FROM pubsub_queue q WHERE q.message = m.id AND NOT (q.subscription = ?2 AND {condition}))
             AND {UNKEPT}"
        );
        self.run(&messages, params![self.now, subscription])?;
        let rows = format!("DELETE FROM pubsub_queue WHERE subscription = ? AND {condition}");
        self.run(&rows, [subscription]).map(|_| ())
    }

    /// What a subscription owes, counted.
    pub(crate) fn backlog(&self, subscription: i64) -> Result<Backlog, Status> {
        let sql =
            "SELECT count(*), coalesce(sum(dead), 0) FROM pubsub_queue WHERE subscription = ? AND state < 4";
        let counts = self.one(sql, [subscription], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (open, dead): (i64, i64) = counts.unwrap_or_default();
        Ok(Backlog {
            open: open.unsigned_abs(),
            dead: dead.unsigned_abs(),
            timed: self.next_timed(subscription)?,
            oldest: self.oldest(subscription, 1)?.first().map(|row| row.published),
        })
    }
}
