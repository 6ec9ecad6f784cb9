//! Everything Cloud Storage answers from.

use super::bucket::Bucket;
use super::failure::Failure;
use super::list::Ordered;
use super::object::Object;
use super::parts::PartsUpload;
use super::session::Session;
use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;

/// Buckets by name, and uploads in progress.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) buckets: BTreeMap<String, Held>,
    pub(super) sessions: BTreeMap<String, Session>,
    /// Multipart uploads of the XML API.
    pub(super) parts: BTreeMap<String, PartsUpload>,
}

/// A bucket and its objects.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) bucket: Bucket,
    /// The live ones by name.
    pub(super) objects: BTreeMap<String, Object>,
    /// The noncurrent ones by name and generation.
    pub(super) noncurrent: BTreeMap<(String, i64), Object>,
}

impl State {
    pub(super) fn held(&self, bucket: &str) -> Result<&Held, Failure> {
        self.buckets.get(bucket).ok_or_else(Failure::no_bucket)
    }

    pub(super) fn held_mut(&mut self, bucket: &str) -> Result<&mut Held, Failure> {
        self.buckets.get_mut(bucket).ok_or_else(Failure::no_bucket)
    }

    /// The live object, or the one of a `generation`.
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
        let objects = self.buckets.values().flat_map(Held::all);
        let sessions = self
            .sessions
            .values()
            .filter_map(|session| session.file.as_deref());
        let parts = self.parts.values().flat_map(PartsUpload::files);
        let objects = objects.map(|object| object.file.as_str());
        objects.chain(sessions).chain(parts).collect()
    }

    /// The newest time that was given out.
    pub(super) fn newest(&self) -> i64 {
        let objects = self.buckets.values().flat_map(Held::all);
        let times = objects.map(|object| object.generation.max(object.updated));
        times
            .chain(self.buckets.values().map(|held| held.bucket.updated))
            .max()
            .unwrap_or(0)
    }
}

impl Held {
    pub(super) fn new(bucket: Bucket) -> Self {
        Self {
            bucket,
            objects: BTreeMap::new(),
            noncurrent: BTreeMap::new(),
        }
    }

    pub(super) fn object(&self, name: &str, generation: Option<i64>) -> Result<&Object, Failure> {
        let live = self
            .objects
            .get(name)
            .filter(|object| generation.is_none_or(|wanted| wanted == object.generation));
        let older = || self.noncurrent.get(&(name.to_owned(), generation?));
        live.or_else(older)
            .ok_or_else(|| Failure::no_object(&self.bucket.name, name))
    }

    /// Live and noncurrent.
    pub(super) fn all(&self) -> impl Iterator<Item = &Object> {
        self.objects.values().chain(self.noncurrent.values())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.noncurrent.is_empty()
    }

    /// Puts an object where it belongs and answers what it replaces there.
    pub(super) fn put(&mut self, object: Object) -> Option<Object> {
        if object.deleted.is_some() {
            let key = (object.name.clone(), object.generation);
            self.noncurrent.insert(key, object)
        } else {
            self.objects.insert(object.name.clone(), object)
        }
    }

    /// Takes an object out.
    pub(super) fn take(&mut self, object: &Object) -> Option<Object> {
        if object.deleted.is_some() {
            self.noncurrent.remove(&(object.name.clone(), object.generation))
        } else {
            self.objects.remove(&object.name)
        }
    }
}

/// The live objects in their order.
pub(super) struct Live<'a>(pub(super) &'a Held);

/// Live and noncurrent objects in their order.
pub(super) struct Versions<'a>(pub(super) &'a Held);

impl<'a> Ordered for Live<'a> {
    type Item = &'a Object;

    fn seek(&self, name: &str, generation: i64) -> Option<(String, i64, &'a Object)> {
        let mut range = self
            .0
            .objects
            .range::<str, _>((Bound::Included(name), Bound::Unbounded));
        let (_, object) = range.find(|(found, object)| *found != name || object.generation >= generation)?;
        Some((object.name.clone(), object.generation, object))
    }
}

impl<'a> Ordered for Versions<'a> {
    type Item = &'a Object;

    fn seek(&self, name: &str, generation: i64) -> Option<(String, i64, &'a Object)> {
        let from = (name.to_owned(), generation);
        let older = self.0.noncurrent.range(from..).next().map(|(_, object)| object);
        let older = older.map(|object| (object.name.clone(), object.generation, object));
        let live = Live(self.0).seek(name, generation);
        match (older, live) {
            (Some(older), Some(live)) => Some(if (&older.0, older.1) < (&live.0, live.1) {
                older
            } else {
                live
            }),
            (older, live) => older.or(live),
        }
    }
}
