//! The real thing: a broker over a database in a folder.

use crate::db::Db;
use crate::options::Durability;
use crate::pubsub::broker::Broker;
use crate::pubsub::queue::{Lease, Taker};
use crate::pubsub::store::{self, Store};
use gcloud_sdk::google::pubsub::v1::seek_request::Target;
use gcloud_sdk::google::pubsub::v1::{
    CreateSnapshotRequest, DeadLetterPolicy, ExpirationPolicy, PubsubMessage, SeekRequest, Subscription,
    Topic,
};
use tonic::Status;

pub(super) const FEED: &str = "projects/p/subscriptions/feed";
pub(super) const SNAPSHOT: &str = "projects/p/snapshots/then";
pub(super) const SECOND: i64 = 1_000_000;
pub(super) const DEADLINE: i64 = 10 * SECOND;
pub(super) const RETENTION: i64 = 600 * SECOND;
pub(super) const MOST_ATTEMPTS: u32 = 5;
/// The first moment of every history.
pub(super) const START: i64 = 1_000_000 * SECOND;

/// What a subscription is like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) ordered: bool,
    pub(super) retains: bool,
    pub(super) buries: bool,
}

/// The broker over a database in a folder.
pub(super) struct Stage {
    pub(super) folder: tempfile::TempDir,
    pub(super) db: Option<Db>,
    pub(super) broker: Broker,
    pub(super) now: i64,
}

impl Stage {
    pub(super) fn new(kind: Kind) -> Self {
        let mut stage = Self {
            folder: tempfile::tempdir().unwrap(),
            db: None,
            broker: Broker::default(),
            now: START,
        };
        stage.crash();
        for name in ["projects/p/topics/posts", "projects/p/topics/dead"] {
            let name = name.to_owned();
            stage.step(|broker, store, _| {
                broker.create_topic(
                    store,
                    Topic {
                        name,
                        ..Default::default()
                    },
                )
            });
        }
        let duration = |micros: i64| prost_types::Duration {
            seconds: micros / SECOND,
            nanos: 0,
        };
        let policy = DeadLetterPolicy {
            dead_letter_topic: "projects/p/topics/dead".into(),
            max_delivery_attempts: MOST_ATTEMPTS.cast_signed(),
        };
        let subscription = Subscription {
            name: FEED.into(),
            topic: "projects/p/topics/posts".into(),
            enable_message_ordering: kind.ordered,
            retain_acked_messages: kind.retains,
            message_retention_duration: Some(duration(RETENTION)),
            expiration_policy: Some(ExpirationPolicy::default()),
            dead_letter_policy: kind.buries.then_some(policy),
            ..Default::default()
        };
        stage.step(|broker, store, now| broker.create_subscription(store, subscription, now));
        stage
    }

    /// Everything in memory is lost, and the folder is opened again.
    pub(super) fn crash(&mut self) {
        self.db = None;
        let db = Db::open(&self.folder.path().join("db"), Durability::Process).unwrap();
        store::prepare(&db).unwrap();
        self.db = Some(db);
        self.broker = self.step(|_, store, now| Broker::open(store, now));
    }

    pub(super) fn step<T>(
        &mut self,
        work: impl FnOnce(&mut Broker, &Store<'_>, i64) -> Result<T, Status>,
    ) -> T {
        let (broker, now) = (&mut self.broker, self.now);
        store::transaction(self.db.as_ref().unwrap(), now, |store| work(broker, store, now))
            .unwrap()
            .0
    }

    pub(super) fn publish(&mut self, number: u32, key: &str) {
        let message = PubsubMessage {
            data: number.to_be_bytes().to_vec(),
            ordering_key: key.to_owned(),
            ..Default::default()
        };
        let topic = "projects/p/topics/posts";
        self.step(|broker, store, now| broker.publish(store, topic, vec![message], now));
    }

    pub(super) fn pull(&mut self, owner: u64, max_messages: usize) -> Vec<Lease> {
        let taker = Taker {
            owner,
            until: Some(self.now + DEADLINE),
            one_per_key: false,
            max_messages,
            max_bytes: u64::MAX,
        };
        self.step(|broker, store, now| {
            broker.tick(store, now)?;
            broker.pull(store, FEED, &taker, now)
        })
    }

    pub(super) fn seek(&mut self, target: Target) {
        let asked = SeekRequest {
            subscription: FEED.into(),
            target: Some(target),
        };
        self.step(|broker, store, now| broker.seek(store, &asked, now));
    }

    pub(super) fn snapshot(&mut self) -> bool {
        let asked = CreateSnapshotRequest {
            name: SNAPSHOT.into(),
            subscription: FEED.into(),
            ..Default::default()
        };
        self.step(|broker, store, now| {
            if broker.snapshots.contains_key(SNAPSHOT) {
                broker.delete_snapshot(store, SNAPSHOT)?;
            }
            Ok(broker.create_snapshot(store, asked, now).is_ok())
        })
    }
}

/// The number of the message in a lease.
pub(super) fn number(lease: &Lease) -> u32 {
    u32::from_be_bytes(lease.message.message.data.clone().try_into().unwrap())
}
