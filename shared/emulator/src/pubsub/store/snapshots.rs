//! Snapshots: which messages were not acknowledged when it was taken, and that all after them were not either.

use super::{Store, decode};
use gcloud_sdk::google::pubsub::v1::Snapshot;
use prost::Message as _;
use rusqlite::params;
use tonic::Status;

/// `topic` is the topic's name when the snapshot was taken, `newest` the newest message then.
pub(super) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS pubsub_snapshots (
        name TEXT PRIMARY KEY, number INTEGER NOT NULL, topic TEXT NOT NULL, newest INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS pubsub_snapshot_messages (
        snapshot INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (snapshot, message)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS pubsub_snapshot_messages_by_message ON pubsub_snapshot_messages (message);";

impl Store<'_> {
    pub(crate) fn snapshots(&self) -> Result<Vec<(Snapshot, i64)>, Status> {
        let sql = "SELECT body, number FROM pubsub_snapshots";
        let rows: Vec<(Vec<u8>, i64)> = self.all(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.into_iter()
            .map(|(body, number)| Ok((decode(&body)?, number)))
            .collect()
    }

    /// Takes a snapshot of what a subscription owes; answers its number.
    pub(crate) fn take_snapshot(
        &self,
        snapshot: &Snapshot,
        subscription: i64,
        newest: i64,
    ) -> Result<i64, Status> {
        let sql = "SELECT coalesce(max(number), 0) + 1 FROM pubsub_snapshots";
        let number: i64 = self.one(sql, [], |row| row.get(0))?.unwrap_or(1);
        self.run(
            "INSERT INTO pubsub_snapshots VALUES (?, ?, ?, ?, ?)",
            params![
                snapshot.name,
                number,
                snapshot.topic,
                newest,
                snapshot.encode_to_vec()
            ],
        )?;
        self.run(
            "INSERT INTO pubsub_snapshot_messages SELECT DISTINCT ?1, message FROM pubsub_queue WHERE subscription = ?2 AND state < 4",
            params![number, subscription],
        )?;
        Ok(number)
    }

    /// Stores what changed of a snapshot.
    pub(crate) fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), Status> {
        let sql = "UPDATE pubsub_snapshots SET body = ? WHERE name = ?";
        self.run(sql, params![snapshot.encode_to_vec(), snapshot.name])
            .map(|_| ())
    }

    /// Forgets a snapshot, and the messages that only it needed.
    pub(crate) fn drop_snapshot(&self, name: &str, number: i64) -> Result<(), Status> {
        let sql = "SELECT topic FROM pubsub_snapshots WHERE name = ?";
        let topic: Option<String> = self.one(sql, [name], |row| row.get(0))?;
        self.run("DELETE FROM pubsub_snapshots WHERE name = ?", [name])?;
        self.drop_policy(name)?;
        self.run(
            "DELETE FROM pubsub_snapshot_messages WHERE snapshot = ?",
            [number],
        )?;
        topic.map_or(Ok(()), |topic| self.collect(&topic))
    }
}
