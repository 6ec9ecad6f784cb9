//! Counts in Redis: a hash a thing.

use super::fields::{flatten, unflatten};
use super::{Counted, Counts, Tally};
use crate::Result;
use redis::{cmd, pipe};
use std::collections::HashMap;

/// How long counts are kept, in seconds.
const KEPT: u64 = 60;
/// How long they are kept after a nudge, in seconds: the count itself comes within that time.
const NUDGED: u64 = 3;
/// The field that holds the generation.
const GENERATION: &str = "@generation";
/// What begins the field that counts the nudges of a part: the part follows.
const NUDGED_PART: &str = "@nudged:";

/// Puts counts where none are kept: `ARGV` is how long, then fields and numbers.
const FILL: &str = "if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end \
    redis.call('HSET', KEYS[1], unpack(ARGV, 2)) \
    return redis.call('EXPIRE', KEYS[1], ARGV[1])";

/// Puts what was counted: `ARGV` is how long, the generation, how many parts were counted, each of these with the nudges that it had before the count, then
/// fields and numbers of all parts. Later counts stay. So does what was nudged since, and what was nudged of a part that was not counted now: that change
/// is not in this count, and its own count comes.
const PUT: &str = "local there = redis.call('HGET', KEYS[1], '@generation') \
    if there and tonumber(there) > tonumber(ARGV[2]) then return 0 end \
    redis.call('HSET', KEYS[1], '@generation', ARGV[2]) \
    local counted, at = {}, 4 \
    for _ = 1, tonumber(ARGV[3]) do counted[ARGV[at]] = ARGV[at + 1] at = at + 2 end \
    local nudged = false \
    for i = at, #ARGV, 2 do \
        local part = string.match(ARGV[i], '^[^.]+') \
        local now = there and redis.call('HGET', KEYS[1], '@nudged:' .. part) or '0' \
        local seen = counted[part] or redis.call('HGET', KEYS[1], '@counted:' .. part) or '0' \
        if not there or now == seen then \
            redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) \
            if now ~= '0' then redis.call('HSET', KEYS[1], '@counted:' .. part, now) end \
        else nudged = true end \
    end \
    if nudged then return 0 end \
    return redis.call('EXPIRE', KEYS[1], ARGV[1])";

/// Adds to counts that are there, and answers them: `ARGV` is how long they are kept at most, then fields and what is added.
const ADD: &str = "local left = redis.call('TTL', KEYS[1]) \
    if left == -2 then return {} end \
    for i = 2, #ARGV, 2 do \
        redis.call('HINCRBY', KEYS[1], '@nudged:' .. string.match(ARGV[i], '^[^.]+'), 1) \
        redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) \
    end \
    if left > tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[1]) end \
    return redis.call('HGETALL', KEYS[1])";

impl<C: Counts> Tally<C> {
    /// What is kept of each id, in their order; nothing when Redis is away.
    pub(super) async fn kept(&self, ids: &[String]) -> Vec<Option<C>> {
        if ids.is_empty() {
            return Vec::new();
        }
        let mut look = pipe();
        for id in ids {
            look.hgetall(self.redis_key(id));
        }
        match self
            .cloud
            .cache()
            .run_all::<Vec<HashMap<String, i64>>>(&look)
            .await
        {
            Ok(hashes) => hashes.into_iter().map(counts).collect(),
            Err(error) => {
                tracing::debug!(%error, "counts are read from Firestore");
                ids.iter().map(|_| None).collect()
            }
        }
    }

    /// Keeps counts that were read because none were kept.
    pub(super) async fn fill(&self, all: &[Counted<C>]) -> Result<()> {
        if all.is_empty() {
            return Ok(());
        }
        let mut fill = pipe();
        for counted in all {
            let put = fill.cmd("EVAL").arg(FILL).arg(1);
            put.arg(self.redis_key(&counted.id)).arg(KEPT);
            put.arg(GENERATION).arg(counted.generation);
            for (field, number) in flatten(&counted.counts) {
                put.arg(field).arg(number);
            }
            put.ignore();
        }
        self.cloud.cache().run_all(&fill).await
    }

    /// How often each of these parts of the kept counts of `id` was nudged, in their order. One Redis command.
    pub(super) async fn nudges(&self, id: &str, parts: &[String]) -> Result<Vec<i64>> {
        let mut look = cmd("HMGET");
        look.arg(self.redis_key(id));
        for part in parts {
            look.arg(format!("{NUDGED_PART}{part}"));
        }
        let nudges: Vec<Option<i64>> = self.cloud.cache().run(&look).await?;
        Ok(nudges.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// Keeps what was counted of these parts after each had so many nudges. One Redis command.
    pub(super) async fn put(&self, counted: &Counted<C>, parts: &[String], nudges: &[i64]) -> Result<()> {
        let mut put = cmd("EVAL");
        put.arg(PUT)
            .arg(1)
            .arg(self.redis_key(&counted.id))
            .arg(KEPT)
            .arg(counted.generation)
            .arg(parts.len());
        for (part, nudges) in parts.iter().zip(nudges) {
            put.arg(part).arg(nudges);
        }
        for (field, number) in flatten(&counted.counts) {
            put.arg(field).arg(number);
        }
        self.cloud.cache().run(&put).await
    }

    pub(super) async fn add(&self, id: &str, by: &[(String, i64)]) -> Option<C> {
        let mut add = cmd("EVAL");
        add.arg(ADD).arg(1).arg(self.redis_key(id)).arg(NUDGED);
        for (field, number) in by {
            add.arg(field).arg(number);
        }
        match self.cloud.cache().run::<HashMap<String, i64>>(&add).await {
            Ok(nudged) => counts(nudged),
            Err(error) => {
                tracing::debug!(%error, "not nudged");
                None
            }
        }
    }

    /// Takes kept counts away: a nudge was for a change that did not happen. One Redis command.
    pub async fn forget(&self, id: &str) {
        let mut remove = cmd("DEL");
        remove.arg(self.redis_key(id));
        if let Err(error) = self.cloud.cache().run::<()>(&remove).await {
            tracing::debug!(%error, "not forgotten");
        }
    }

    fn redis_key(&self, id: &str) -> String {
        self.cloud.cache().key(&(self.key)(id))
    }
}

fn counts<C: Counts>(mut hash: HashMap<String, i64>) -> Option<C> {
    hash.remove(GENERATION)?;
    hash.retain(|field, _| !field.starts_with('@'));
    unflatten(&hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_name_the_fields() {
        assert!(PUT.contains(GENERATION) && PUT.contains(NUDGED_PART) && ADD.contains(NUDGED_PART));
    }
}
