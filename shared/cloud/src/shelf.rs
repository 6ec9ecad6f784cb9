//! What is kept in Redis of Firestore's documents.
//!
//! A reader that finds nothing takes a lease before it reads, and puts its value only while the lease is still its own. The writer removes value and
//! lease after its commit. So a value that was read before a change cannot be put there after it.

use crate::{Cache, Result};
use redis::{Pipeline, cmd, pipe};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::time::Duration;

/// How long a reader may take, in seconds.
const LEASED: u64 = 30;

/// Puts a value while the lease is still the one that was taken.
const PUT: &str = "if redis.call('GET', KEYS[2]) == ARGV[1] then \
    redis.call('DEL', KEYS[2]) return redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end return false";

/// Ends a lease that is still one's own.
const RELEASE: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/// Values of one kind, by id.
#[derive(Debug, Clone)]
pub struct Shelf {
    cache: Cache,
    name: &'static str,
    keep: Duration,
}

impl Shelf {
    /// Values that are kept in `cache` under `name:{id}` for as long as `keep`.
    pub const fn new(cache: Cache, name: &'static str, keep: Duration) -> Self {
        Self { cache, name, keep }
    }

    /// Takes the value of `id` away: to be called after a commit that changes it. When Redis is away, it runs out by itself. One
    /// Redis command.
    pub async fn forget(&self, id: impl Display) {
        let mut remove = cmd("DEL");
        remove.arg(self.key(&id)).arg(self.lease_key(&id));
        if let Err(error) = self.cache.run::<()>(&remove).await {
            tracing::warn!(%error, shelf = self.name, "an old value may be seen for a while");
        }
    }

    /// Takes away every value that `text` stands in; answers how many. See [`Cache::forget_holding`].
    ///
    /// # Errors
    /// Redis is away.
    pub async fn forget_holding(&self, text: &str) -> Result<usize> {
        self.cache.forget_holding(&format!("{}:", self.name), text).await
    }

    /// The value of `id`: what is kept, else what `read` finds, which is kept then. One Redis command; two more when nothing was kept.
    ///
    /// # Errors
    /// What `read` fails with.
    pub async fn get<V, Fut>(&self, id: impl Display, read: impl FnOnce() -> Fut) -> Result<Option<V>>
    where
        V: Serialize + DeserializeOwned,
        Fut: Future<Output = Result<Option<V>>>,
    {
        let found = self
            .get_many(&[id.to_string()], |_| async { Ok(vec![read().await?]) })
            .await?;
        Ok(found.into_iter().next().flatten())
    }

    /// The value of each id, in their order: what is kept, else what `read` finds (in the order it is asked), which is kept then. One
    /// Redis command each; two more for each that was not kept.
    ///
    /// # Errors
    /// What `read` fails with.
    pub async fn get_many<I, V, F, Fut>(&self, ids: &[I], read: F) -> Result<Vec<Option<V>>>
    where
        I: Display + Clone,
        V: Serialize + DeserializeOwned,
        F: FnOnce(Vec<I>) -> Fut,
        Fut: Future<Output = Result<Vec<Option<V>>>>,
    {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = match self.look(ids).await {
            Ok(values) => values,
            Err(error) => {
                tracing::debug!(%error, shelf = self.name, "Redis is away");
                return read(ids.to_vec()).await;
            }
        };
        let (places, missing): (Vec<usize>, Vec<I>) = ids
            .iter()
            .cloned()
            .enumerate()
            .filter(|(place, _)| values.get(*place).is_none_or(Option::is_none))
            .unzip();
        if missing.is_empty() {
            return Ok(values);
        }
        let lease = self.take_lease(&missing).await;
        let found = read(missing.clone()).await?;
        if let Some(lease) = lease {
            self.put(&lease, &missing, &found).await;
        }
        for (place, found) in places.into_iter().zip(found) {
            if let Some(value) = values.get_mut(place) {
                *value = found;
            }
        }
        Ok(values)
    }

    async fn look<V: DeserializeOwned>(&self, ids: &[impl Display]) -> Result<Vec<Option<V>>> {
        let mut look = pipe();
        for id in ids {
            look.get(self.key(id));
        }
        let kept: Vec<Option<Vec<u8>>> = self.cache.run_all(&look).await?;
        Ok(kept
            .into_iter()
            .map(|bytes| bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
            .collect())
    }

    async fn take_lease(&self, ids: &[impl Display]) -> Option<String> {
        let lease = uuid::Uuid::new_v4().to_string();
        let mut take = pipe();
        for id in ids {
            take.cmd("SET")
                .arg(self.lease_key(id))
                .arg(&lease)
                .arg("EX")
                .arg(LEASED)
                .ignore();
        }
        self.cache.run_all::<()>(&take).await.is_ok().then_some(lease)
    }

    async fn put<V: Serialize>(&self, lease: &str, ids: &[impl Display], values: &[Option<V>]) {
        let mut put = Pipeline::new();
        for (id, value) in ids.iter().zip(values) {
            let Some(Ok(json)) = value.as_ref().map(serde_json::to_vec) else {
                // nothing is kept of what is not there, not even that somebody looked
                put.cmd("EVAL")
                    .arg(RELEASE)
                    .arg(1)
                    .arg(self.lease_key(id))
                    .arg(lease)
                    .ignore();
                continue;
            };
            put.cmd("EVAL")
                .arg(PUT)
                .arg(2)
                .arg(self.key(id))
                .arg(self.lease_key(id))
                .arg(lease)
                .arg(json)
                .arg(self.keep.as_secs())
                .ignore();
        }
        if !put.is_empty()
            && let Err(error) = self.cache.run_all::<()>(&put).await
        {
            tracing::debug!(%error, shelf = self.name, "not kept");
        }
    }

    /// The braces keep value and lease in one slot of a cluster.
    fn key(&self, id: &impl Display) -> String {
        self.cache.key(&format!("{}:{{{id}}}", self.name))
    }

    fn lease_key(&self, id: &impl Display) -> String {
        self.cache.key(&format!("{}:{{{id}}}:lease", self.name))
    }
}
