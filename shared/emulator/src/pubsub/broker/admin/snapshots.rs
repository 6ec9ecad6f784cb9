//! Snapshots.

use super::exists;
use super::page::{of_names, of_project};
use crate::pubsub::broker::tick::micros_of;
use crate::pubsub::broker::{Broker, missing};
use crate::pubsub::config;
use crate::pubsub::names;
use crate::pubsub::store::Store;
use crate::pubsub::time::timestamp;
use gcloud_sdk::google::pubsub::v1::{CreateSnapshotRequest, Snapshot};
use tonic::Status;

/// How long a snapshot lives, less the age of the oldest message in it; and the least that must be left, in microseconds.
const LIFETIME: i64 = 7 * 24 * HOUR;
const HOUR: i64 = 3_600_000_000;

impl Broker {
    /// Keeps what a subscription owes, and all that is published to its topic from now on.
    pub(crate) fn create_snapshot(
        &mut self,
        store: &Store<'_>,
        asked: CreateSnapshotRequest,
        now: i64,
    ) -> Result<Snapshot, Status> {
        config::refuse_tags(&asked.tags)?;
        config::check_labels(&asked.labels)?;
        names::check_subscription(&asked.subscription)?;
        let name = if asked.name.is_empty() {
            let project = names::project(&asked.subscription);
            format!("projects/{project}/snapshots/snapshot-{}", uuid::Uuid::new_v4())
        } else {
            asked.name
        };
        names::check_snapshot(&name)?;
        if self.snapshots.contains_key(&name) {
            return Err(exists(&name));
        }
        self.touch(store, &asked.subscription, now)?;
        let newest = self.ids.last();
        let subscription = self.subscription(&asked.subscription)?;
        if subscription.config.detached {
            return Err(Status::failed_precondition(
                "A snapshot of a detached subscription cannot be made.",
            ));
        }
        let number = subscription.queue.number();
        let oldest = store.oldest_open(number)?.unwrap_or(now);
        let expires = oldest.saturating_add(LIFETIME);
        if expires < now.saturating_add(HOUR) {
            return Err(Status::failed_precondition(
                "The backlog of the subscription is too old: the snapshot would expire in less than an hour.",
            ));
        }
        let snapshot = Snapshot {
            name: name.clone(),
            topic: subscription.config.topic.clone(),
            expire_time: Some(timestamp(expires)),
            labels: asked.labels,
        };
        let number = store.take_snapshot(&snapshot, number, newest)?;
        self.snapshots.insert(name, (snapshot.clone(), number));
        Ok(snapshot)
    }

    /// The snapshot of that name, and its number.
    pub(crate) fn snapshot(&self, name: &str) -> Result<&(Snapshot, i64), Status> {
        self.snapshots
            .get(name)
            .ok_or_else(|| missing(name, names::check_snapshot))
    }

    pub(crate) fn update_snapshot(
        &mut self,
        store: &Store<'_>,
        new: &Snapshot,
        paths: &[String],
        now: i64,
    ) -> Result<Snapshot, Status> {
        let (old, number) = self.snapshot(&new.name)?.clone();
        let snapshot = config::merge_snapshot(old.clone(), new, paths)?;
        let expires = micros_of(snapshot.expire_time);
        if expires > micros_of(old.expire_time) || expires <= now {
            return Err(Status::invalid_argument(
                "expire_time must lie in the future, and no later than it does.",
            ));
        }
        store.save_snapshot(&snapshot)?;
        self.snapshots
            .insert(new.name.clone(), (snapshot.clone(), number));
        Ok(snapshot)
    }

    pub(crate) fn delete_snapshot(&mut self, store: &Store<'_>, name: &str) -> Result<(), Status> {
        let (_, number) = *self.snapshot(name)?;
        store.drop_snapshot(name, number)?;
        self.snapshots.remove(name);
        Ok(())
    }

    pub(crate) fn list_snapshots(
        &self,
        project: &str,
        size: i32,
        token: &str,
    ) -> Result<(Vec<Snapshot>, String), Status> {
        let all = self.snapshots.iter();
        of_project(
            project,
            all.map(|(name, (snapshot, _))| (name, snapshot)),
            size,
            token,
        )
    }

    /// The names of a topic's snapshots.
    pub(crate) fn snapshots_of(
        &self,
        topic: &str,
        size: i32,
        token: &str,
    ) -> Result<(Vec<String>, String), Status> {
        self.get_topic(topic)?;
        let ours = self.snapshots.iter().filter(|(_, (s, _))| s.topic == topic);
        of_names(ours.map(|(name, _)| name), size, token)
    }
}
