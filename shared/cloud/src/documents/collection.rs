//! Collections by name and type.

use super::{Direction, Query};
use contracts::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// What is stored in a collection.
pub trait Document: Serialize + DeserializeOwned + Send + Sync {
    /// The document's id in its collection: random, or derived from what it is about. Never something that rises with time.
    fn id(&self) -> String;
}

/// A collection: its name, and what its documents are. One function writes it.
#[derive(Debug)]
pub struct Collection<T> {
    name: &'static str,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Collection<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Collection<T> {}

impl<T> Collection<T> {
    /// The collection `name`.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            kind: PhantomData,
        }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// All its documents, to be narrowed.
    pub fn query(&self) -> Query<T> {
        Query::new(self.name)
    }

    /// At most `limit` of the documents whose `shard` is this one and whose `dueAt` is `now` or before, the longest due first: what a sweep takes. Index
    /// `(shard, dueAt)`; the shard stands first because an index that grows at its end is written in one place.
    pub fn due(&self, shard: u8, now: Timestamp, limit: usize) -> Query<T> {
        self.query()
            .eq("shard", shard)
            .at_most("dueAt", now)
            .order_by("dueAt", Direction::Ascending)
            .limit(limit)
    }
}
