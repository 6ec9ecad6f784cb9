//! Changes of buckets: each is stored before it is seen.

use super::Storage;
use super::bucket::{self, Bucket};
use super::failure::{Failure, Kind};
use super::notification::NotificationConfig;
use super::precondition::Preconditions;
use super::state::Held;
use super::store;
use serde_json::{Map, Value};

impl Storage {
    /// Makes a bucket of `project`. Names are global, as in the cloud.
    pub(super) fn create_bucket(
        &self,
        project: &str,
        fields: &Map<String, Value>,
    ) -> Result<Bucket, Failure> {
        let bucket = Bucket::new(project, fields, self.inner.core.clock.tick())?;
        let mut state = self.state();
        if let Some(held) = state.buckets.get(&bucket.name) {
            let message = if held.bucket.project == project {
                "Your previous request to create the named bucket succeeded and you already own it."
            } else {
                "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
                 Please select a different name and try again."
            };
            return Err(Failure::new(Kind::BucketExists, message));
        }
        self.inner
            .core
            .db
            .write(|transaction| store::put_bucket(transaction, &bucket))?;
        state
            .buckets
            .insert(bucket.name.clone(), Held::new(bucket.clone()));
        Ok(bucket)
    }

    /// Replaces the settings that `fields` names, or (`replace`) all.
    pub(super) fn patch_bucket(
        &self,
        name: &str,
        fields: &Map<String, Value>,
        preconditions: &Preconditions,
        replace: bool,
    ) -> Result<Bucket, Failure> {
        self.change_bucket(name, preconditions, |bucket| {
            if replace {
                bucket.settings.clear();
            }
            bucket.patch(fields)
        })
    }

    /// Replaces the policy; an `etag` in it must be the one of now.
    pub(super) fn set_policy(&self, name: &str, fields: &Map<String, Value>) -> Result<Value, Failure> {
        let bindings = bucket::bindings(fields)?;
        let etag = fields
            .get("etag")
            .and_then(Value::as_str)
            .filter(|etag| !etag.is_empty());
        let changed = self.change_bucket(name, &Preconditions::default(), |bucket| {
            if etag.is_some_and(|etag| etag != bucket.etag()) {
                return Err(Failure::new(
                    Kind::Precondition,
                    "The policy has changed since it was read.",
                ));
            }
            bucket.set_bindings(bindings)
        })?;
        Ok(changed.policy())
    }

    /// Adds a notification to Pub/Sub.
    pub(super) fn add_notification(
        &self,
        name: &str,
        fields: Map<String, Value>,
    ) -> Result<NotificationConfig, Failure> {
        let mut config = NotificationConfig::parse(fields)?;
        self.change_bucket(name, &Preconditions::default(), |bucket| {
            if bucket.notifications.len() >= 100 {
                return Err(Failure::invalid(
                    "Too many notification configurations: 100 are allowed per bucket.",
                ));
            }
            config.id = bucket.next_notification.to_string();
            bucket.next_notification += 1;
            bucket.notifications.insert(config.id.clone(), config.clone());
            Ok(())
        })?;
        Ok(config)
    }

    pub(super) fn remove_notification(&self, name: &str, id: &str) -> Result<(), Failure> {
        let gone = |bucket: &mut Bucket| {
            bucket
                .notifications
                .remove(id)
                .map(drop)
                .ok_or_else(no_notification)
        };
        self.change_bucket(name, &Preconditions::default(), gone)
            .map(drop)
    }

    /// Removes a bucket that is empty.
    pub(super) fn delete_bucket(&self, name: &str, preconditions: &Preconditions) -> Result<(), Failure> {
        let mut state = self.state();
        let held = state.held(name)?;
        preconditions.check(Some((held.bucket.created, held.bucket.metageneration)))?;
        if !held.is_empty() {
            return Err(Failure::new(
                Kind::BucketNotEmpty,
                "The bucket you tried to delete is not empty.",
            ));
        }
        self.inner
            .core
            .db
            .write(|transaction| store::delete_bucket(transaction, name))?;
        state.buckets.remove(name);
        Ok(())
    }

    fn change_bucket(
        &self,
        name: &str,
        preconditions: &Preconditions,
        change: impl FnOnce(&mut Bucket) -> Result<(), Failure>,
    ) -> Result<Bucket, Failure> {
        let mut state = self.state();
        let held = state.held_mut(name)?;
        preconditions.check(Some((held.bucket.created, held.bucket.metageneration)))?;
        let mut bucket = held.bucket.clone();
        change(&mut bucket)?;
        bucket.metageneration += 1;
        bucket.updated = self.inner.core.clock.tick();
        self.inner
            .core
            .db
            .write(|transaction| store::put_bucket(transaction, &bucket))?;
        held.bucket = bucket.clone();
        Ok(bucket)
    }
}

/// For a notification configuration that is not there.
pub(super) fn no_notification() -> Failure {
    Failure::new(
        Kind::NotFound,
        "The specified notification configuration does not exist.",
    )
}
