//! What Pub/Sub keeps in the database, and how it comes back.

use super::queue::Stored;
use crate::core::StartError;
use crate::db::Db;
use gcloud_sdk::google::pubsub::v1::{PubsubMessage, Subscription, Topic};
use prost::Message as _;
use rusqlite::{Transaction, params};

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS pubsub_topics (name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS pubsub_subscriptions (name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS pubsub_messages (
        id INTEGER PRIMARY KEY, topic TEXT NOT NULL, published INTEGER NOT NULL, logged INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS pubsub_deliveries (
        id INTEGER PRIMARY KEY, subscription TEXT NOT NULL, message INTEGER NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS pubsub_deliveries_by_message ON pubsub_deliveries (message);
    CREATE INDEX IF NOT EXISTS pubsub_deliveries_by_subscription ON pubsub_deliveries (subscription);";

/// One change of what is stored. Those of one call are written in one transaction.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Topic(Box<Topic>),
    TopicGone(String),
    Subscription(Box<Subscription>),
    /// The subscription and all its deliveries.
    SubscriptionGone(String),
    /// A message came into its topic's log.
    Message {
        topic: String,
        message: std::sync::Arc<Stored>,
    },
    /// A message left its topic's log: it goes unless a delivery needs it.
    Unlogged(i64),
    Delivery {
        id: u64,
        subscription: String,
        message: i64,
        attempts: u32,
        not_before: i64,
    },
    Delivered {
        id: u64,
        attempts: u32,
        not_before: i64,
    },
    /// A delivery is done with; its message goes unless the log or another delivery needs it.
    DeliveryGone {
        id: u64,
        message: i64,
    },
}

/// Everything that was stored, in the order it came.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) topics: Vec<Topic>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) messages: Vec<LoadedMessage>,
    pub(crate) deliveries: Vec<LoadedDelivery>,
}

#[derive(Debug)]
pub(crate) struct LoadedMessage {
    pub(crate) topic: String,
    pub(crate) logged: bool,
    pub(crate) message: Stored,
}

#[derive(Debug)]
pub(crate) struct LoadedDelivery {
    pub(crate) id: u64,
    pub(crate) subscription: String,
    pub(crate) message: i64,
    pub(crate) attempts: u32,
    pub(crate) not_before: i64,
}

/// Makes the tables and reads what is in them.
pub(crate) fn load(db: &Db) -> Result<Loaded, StartError> {
    db.write(|transaction| {
        transaction.execute_batch(TABLES)?;
        Ok(Loaded {
            topics: bodies(transaction, "SELECT body FROM pubsub_topics")?,
            subscriptions: bodies(transaction, "SELECT body FROM pubsub_subscriptions")?,
            messages: messages(transaction)?,
            deliveries: deliveries(transaction)?,
        })
    })
}

/// Writes all `changes`, or none.
pub(crate) fn write(db: &Db, changes: &[Change]) -> rusqlite::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    db.write(|transaction| {
        changes
            .iter()
            .try_for_each(|change| write_one(transaction, change))
    })
}

fn write_one(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        transaction.prepare_cached(sql)?.execute(values).map(|_| ())
    };
    match change {
        Change::Topic(topic) => run(
            "INSERT OR REPLACE INTO pubsub_topics VALUES (?, ?)",
            &[&topic.name, &topic.encode_to_vec()],
        ),
        Change::TopicGone(name) => {
            run("DELETE FROM pubsub_topics WHERE name = ?", &[name])?;
            run("UPDATE pubsub_messages SET logged = 0 WHERE topic = ?", &[name])?;
            run(DROP_ALL_UNUSED, &[])
        }
        Change::Subscription(subscription) => run(
            "INSERT OR REPLACE INTO pubsub_subscriptions VALUES (?, ?)",
            &[&subscription.name, &subscription.encode_to_vec()],
        ),
        Change::SubscriptionGone(name) => {
            run("DELETE FROM pubsub_subscriptions WHERE name = ?", &[name])?;
            run("DELETE FROM pubsub_deliveries WHERE subscription = ?", &[name])?;
            run(DROP_ALL_UNUSED, &[])
        }
        Change::Message { topic, message } => run(
            "INSERT INTO pubsub_messages VALUES (?, ?, ?, 1, ?)",
            &[
                &message.id,
                topic,
                &message.published,
                &message.message.encode_to_vec(),
            ],
        ),
        Change::Unlogged(id) => {
            run("UPDATE pubsub_messages SET logged = 0 WHERE id = ?", &[id])?;
            run(DROP_UNUSED, &[id])
        }
        Change::Delivery {
            id,
            subscription,
            message,
            attempts,
            not_before,
        } => run(
            "INSERT INTO pubsub_deliveries VALUES (?, ?, ?, ?, ?)",
            &[&id.cast_signed(), subscription, message, attempts, not_before],
        ),
        Change::Delivered {
            id,
            attempts,
            not_before,
        } => run(
            "UPDATE pubsub_deliveries SET attempts = ?, not_before = ? WHERE id = ?",
            &[attempts, not_before, &id.cast_signed()],
        ),
        Change::DeliveryGone { id, message } => {
            run("DELETE FROM pubsub_deliveries WHERE id = ?", &[&id.cast_signed()])?;
            run(DROP_UNUSED, &[message])
        }
    }
}

const DROP_UNUSED: &str = "DELETE FROM pubsub_messages WHERE id = ? AND logged = 0
    AND NOT EXISTS (SELECT 1 FROM pubsub_deliveries WHERE message = pubsub_messages.id)";
const DROP_ALL_UNUSED: &str = "DELETE FROM pubsub_messages WHERE logged = 0
    AND NOT EXISTS (SELECT 1 FROM pubsub_deliveries WHERE message = pubsub_messages.id)";

fn bodies<M: prost::Message + Default>(
    transaction: &Transaction<'_>,
    sql: &str,
) -> Result<Vec<M>, StartError> {
    let mut statement = transaction.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|body| decode(&body?)).collect()
}

fn messages(transaction: &Transaction<'_>) -> Result<Vec<LoadedMessage>, StartError> {
    let mut statement =
        transaction.prepare("SELECT id, topic, published, logged, body FROM pubsub_messages ORDER BY id")?;
    let mut rows = statement.query(params![])?;
    let mut messages = Vec::new();
    while let Some(row) = rows.next()? {
        let message: PubsubMessage = decode(&row.get::<_, Vec<u8>>(4)?)?;
        let message = Stored {
            id: row.get(0)?,
            published: row.get(2)?,
            message,
        };
        messages.push(LoadedMessage {
            topic: row.get(1)?,
            logged: row.get(3)?,
            message,
        });
    }
    Ok(messages)
}

fn deliveries(transaction: &Transaction<'_>) -> Result<Vec<LoadedDelivery>, StartError> {
    let mut statement = transaction.prepare(
        "SELECT id, subscription, message, attempts, not_before FROM pubsub_deliveries ORDER BY id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(LoadedDelivery {
            id: row.get::<_, i64>(0)?.cast_unsigned(),
            subscription: row.get(1)?,
            message: row.get(2)?,
            attempts: row.get(3)?,
            not_before: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn decode<M: prost::Message + Default>(body: &[u8]) -> Result<M, StartError> {
    M::decode(body).map_err(|error| StartError::Stored(format!("Pub/Sub: {error}")))
}
