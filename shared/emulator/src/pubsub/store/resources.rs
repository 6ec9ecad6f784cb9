//! Topics and subscriptions.

use super::{Store, decode};
use crate::pubsub::backoff::micros;
use gcloud_sdk::google::pubsub::v1::{Subscription, Topic};
use prost::Message as _;
use rusqlite::params;
use tonic::Status;

/// `retention` in microseconds, 0 for none; `number` is how deliveries name their subscription; `active` is when the subscription was last
/// in use.
pub(super) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS pubsub_topics (name TEXT PRIMARY KEY, retention INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS pubsub_subscriptions (
        name TEXT PRIMARY KEY, number INTEGER NOT NULL, active INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;";

/// A topic as it was stored, and what its log holds: message ids and bytes of data, oldest first.
#[derive(Debug)]
pub(crate) struct LoadedTopic {
    pub(crate) config: Topic,
    pub(crate) log: Vec<(i64, u32)>,
}

/// A subscription as it was stored.
#[derive(Debug)]
pub(crate) struct LoadedSubscription {
    pub(crate) config: Subscription,
    pub(crate) number: i64,
    pub(crate) active: i64,
}

impl Store<'_> {
    pub(crate) fn topics(&self) -> Result<Vec<LoadedTopic>, Status> {
        let bodies: Vec<Vec<u8>> = self.all("SELECT body FROM pubsub_topics", [], |row| row.get(0))?;
        bodies
            .iter()
            .map(|body| {
                let config: Topic = decode(body)?;
                let log = self.log(&config.name)?;
                Ok(LoadedTopic { config, log })
            })
            .collect()
    }

    pub(crate) fn subscriptions(&self) -> Result<Vec<LoadedSubscription>, Status> {
        let sql = "SELECT body, number, active FROM pubsub_subscriptions";
        let rows: Vec<(Vec<u8>, i64, i64)> =
            self.all(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.into_iter()
            .map(|(body, number, active)| {
                Ok(LoadedSubscription {
                    config: decode(&body)?,
                    number,
                    active,
                })
            })
            .collect()
    }

    pub(crate) fn save_topic(&self, topic: &Topic) -> Result<(), Status> {
        let retention = micros(topic.message_retention_duration);
        self.run(
            "INSERT OR REPLACE INTO pubsub_topics VALUES (?, ?, ?)",
            params![topic.name, retention, topic.encode_to_vec()],
        )
        .map(|_| ())
    }

    /// Forgets a topic; of its messages those stay that a subscription or a snapshot needs.
    pub(crate) fn drop_topic(&self, name: &str) -> Result<(), Status> {
        self.run("DELETE FROM pubsub_topics WHERE name = ?", [name])?;
        self.drop_policy(name)?;
        self.unlog_all(name)?;
        self.collect(name)
    }

    /// Stores a subscription under its number.
    pub(crate) fn save_subscription(
        &self,
        config: &Subscription,
        number: i64,
        active: i64,
    ) -> Result<(), Status> {
        self.run(
            "INSERT OR REPLACE INTO pubsub_subscriptions VALUES (?, ?, ?, ?)",
            params![config.name, number, active, config.encode_to_vec()],
        )
        .map(|_| ())
    }

    /// A number for a new subscription.
    pub(crate) fn new_number(&self) -> Result<i64, Status> {
        let sql = "SELECT coalesce(max(number), 0) + 1 FROM pubsub_subscriptions";
        Ok(self.one(sql, [], |row| row.get(0))?.unwrap_or(1))
    }

    /// Forgets a subscription and all it owes.
    pub(crate) fn drop_subscription(&self, name: &str, number: i64) -> Result<(), Status> {
        self.drop_rows(number)?;
        self.drop_policy(name)?;
        self.run("DELETE FROM pubsub_subscriptions WHERE name = ?", [name])
            .map(|_| ())
    }
}
