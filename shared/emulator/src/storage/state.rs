//! Everything Cloud Storage answers from.

use super::bucket::Bucket;
use super::failure::Failure;
use super::object::Object;
use super::session::Session;
use std::collections::{BTreeMap, HashSet};

/// Buckets by name, and uploads in progress.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) buckets: BTreeMap<String, Held>,
    pub(super) sessions: BTreeMap<String, Session>,
}

/// A bucket and its live objects by name.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) bucket: Bucket,
    pub(super) objects: BTreeMap<String, Object>,
}

impl State {
    pub(super) fn held(&self, bucket: &str) -> Result<&Held, Failure> {
        self.buckets.get(bucket).ok_or_else(Failure::no_bucket)
    }

    pub(super) fn held_mut(&mut self, bucket: &str) -> Result<&mut Held, Failure> {
        self.buckets.get_mut(bucket).ok_or_else(Failure::no_bucket)
    }

    /// The live object; a `generation` that is not the live one is not there.
    pub(super) fn object(
        &self,
        bucket: &str,
        name: &str,
        generation: Option<i64>,
    ) -> Result<&Object, Failure> {
        self.held(bucket)?.object(name, generation)
    }

    /// The files that something names.
    pub(super) fn files(&self) -> HashSet<&str> {
        let objects = self
            .buckets
            .values()
            .flat_map(|held| held.objects.values())
            .map(|object| object.file.as_str());
        objects
            .chain(
                self.sessions
                    .values()
                    .filter_map(|session| session.file.as_deref()),
            )
            .collect()
    }

    /// The newest time that was given out.
    pub(super) fn newest(&self) -> i64 {
        let objects = self.buckets.values().flat_map(|held| held.objects.values());
        let times = objects.map(|object| object.generation.max(object.updated));
        times
            .chain(self.buckets.values().map(|held| held.bucket.updated))
            .max()
            .unwrap_or(0)
    }
}

impl Held {
    pub(super) fn object(&self, name: &str, generation: Option<i64>) -> Result<&Object, Failure> {
        let live = self
            .objects
            .get(name)
            .filter(|object| generation.is_none_or(|wanted| wanted == object.generation));
        live.ok_or_else(|| Failure::no_object(&self.bucket.name, name))
    }
}
