//! How far the ids of messages and deliveries go.

use super::Store;
use tonic::Status;

pub(super) const TABLES: &str = "CREATE TABLE IF NOT EXISTS pubsub_ids (one INTEGER PRIMARY KEY CHECK (one = 1), reserved INTEGER NOT NULL);";

impl Store<'_> {
    /// Below which id all that were ever given lie; they may be gone.
    pub(crate) fn reserved_ids(&self) -> Result<i64, Status> {
        let sql = "SELECT reserved FROM pubsub_ids";
        Ok(self.one(sql, [], |row| row.get(0))?.unwrap_or(0))
    }

    pub(crate) fn reserve_ids(&self, up_to: i64) -> Result<(), Status> {
        let sql = "INSERT OR REPLACE INTO pubsub_ids VALUES (1, ?)";
        self.run(sql, [up_to]).map(|_| ())
    }
}
