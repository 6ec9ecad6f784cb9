//! Messages, each once, for as long as anybody needs it: a delivery, the log of its topic, the retention of its topic, or a snapshot.

use super::{Store, decode};
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use prost::Message as _;
use rusqlite::params;
use tonic::Status;

pub(super) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS pubsub_messages (
        id INTEGER PRIMARY KEY, topic TEXT NOT NULL, published INTEGER NOT NULL, logged INTEGER NOT NULL, bytes INTEGER NOT NULL,
        body BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS pubsub_messages_by_topic ON pubsub_messages (topic, published);
    CREATE INDEX IF NOT EXISTS pubsub_messages_logged ON pubsub_messages (topic, id) WHERE logged = 1;";

/// Of a message `m`: no log, retention or snapshot needs it at the time `?1`.
pub(super) const UNKEPT: &str = "m.logged = 0
    AND NOT EXISTS (SELECT 1 FROM pubsub_topics t WHERE t.name = m.topic AND t.retention > 0 AND m.published > ?1 - t.retention)
    AND NOT EXISTS (SELECT 1 FROM pubsub_snapshots s WHERE s.topic = m.topic AND m.id > s.newest)
    AND NOT EXISTS (SELECT 1 FROM pubsub_snapshot_messages x WHERE x.message = m.id)";
/// Of a message `m`: no delivery needs it.
const UNOWED: &str = "NOT EXISTS (SELECT 1 FROM pubsub_queue q WHERE q.message = m.id)";

/// A message and its number.
#[derive(Debug, Clone)]
pub(crate) struct MessageRow {
    pub(crate) id: i64,
    /// When it was published, microseconds since 1970.
    pub(crate) published: i64,
    pub(crate) message: PubsubMessage,
}

impl MessageRow {
    /// How many bytes of data it has: the limits of a request keep them far below this type's.
    pub(crate) fn bytes(&self) -> u32 {
        u32::try_from(self.message.data.len()).unwrap_or(u32::MAX)
    }
}

impl Store<'_> {
    /// Keeps a new message, in its topic's log too.
    pub(crate) fn add_message(&self, topic: &str, message: &MessageRow) -> Result<(), Status> {
        let body = message.message.encode_to_vec();
        self.run(
            "INSERT INTO pubsub_messages VALUES (?, ?, ?, 1, ?, ?)",
            params![message.id, topic, message.published, message.bytes(), body],
        )
        .map(|_| ())
    }

    /// A message that a delivery still needs.
    pub(crate) fn message(&self, id: i64) -> Result<MessageRow, Status> {
        let sql = "SELECT published, body FROM pubsub_messages WHERE id = ?";
        let (published, body): (i64, Vec<u8>) = self
            .one(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .ok_or_else(|| Status::internal(format!("the message {id} is gone")))?;
        Ok(MessageRow {
            id,
            published,
            message: decode(&body)?,
        })
    }

    /// What a topic's log holds: ids and bytes of data, oldest first.
    pub(super) fn log(&self, topic: &str) -> Result<Vec<(i64, u32)>, Status> {
        let sql = "SELECT id, bytes FROM pubsub_messages WHERE topic = ? AND logged = 1 ORDER BY id";
        self.all(sql, [topic], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// A message left its topic's log.
    pub(crate) fn unlog(&self, id: i64) -> Result<(), Status> {
        self.run("UPDATE pubsub_messages SET logged = 0 WHERE id = ?", [id])?;
        self.drop_unused(id)
    }

    pub(super) fn unlog_all(&self, topic: &str) -> Result<(), Status> {
        let sql = "UPDATE pubsub_messages SET logged = 0 WHERE topic = ? AND logged = 1";
        self.run(sql, [topic]).map(|_| ())
    }

    /// Forgets a message, unless somebody needs it.
    pub(super) fn drop_unused(&self, id: i64) -> Result<(), Status> {
        let sql = format!("DELETE FROM pubsub_messages AS m WHERE m.id = ?2 AND {UNOWED} AND {UNKEPT}");
        self.run(&sql, params![self.now, id]).map(|_| ())
    }

    /// Forgets the messages of a topic that nobody needs (any more).
    pub(crate) fn collect(&self, topic: &str) -> Result<(), Status> {
        let sql = format!("DELETE FROM pubsub_messages AS m WHERE m.topic = ?2 AND {UNOWED} AND {UNKEPT}");
        self.run(&sql, params![self.now, topic]).map(|_| ())
    }

    /// When the oldest message of a topic that is not older than `horizon` was published.
    pub(crate) fn oldest_since(&self, topic: &str, horizon: i64) -> Result<Option<i64>, Status> {
        let sql = "SELECT min(published) FROM pubsub_messages WHERE topic = ? AND published > ?";
        Ok(self
            .one(sql, params![topic, horizon], |row| row.get(0))?
            .flatten())
    }
}
