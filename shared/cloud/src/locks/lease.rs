//! Leases: a name in Redis that one has for a while.

use super::Locks;
use crate::{Cache, Result};
use redis::cmd;
use std::time::Duration;

/// Only while it is our own: somebody else may have it since it ran out.
const RENEW: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0";
const RELEASE: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/// A name that one has for a while, and nobody else. It keeps others out of work that is done twice without harm: who pauses too long, or whose
/// Redis forgets, is not alone any more. Where that would do harm, take a [`super::Lock`].
#[derive(Debug, Clone)]
pub struct Lease {
    cache: Cache,
    key: String,
    token: String,
}

impl Locks {
    /// Has `name` for as long as `ttl`, or answers nothing when somebody else has it. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn lease(&self, name: &str, ttl: Duration) -> Result<Option<Lease>> {
        let cache = self.cloud.cache();
        let lease = Lease {
            key: cache.key(&format!("lock:{}:{name}", self.cloud.function())),
            token: uuid::Uuid::new_v4().to_string(),
            cache: cache.clone(),
        };
        let mut set = cmd("SET");
        set.arg(&lease.key).arg(&lease.token).arg("NX");
        set.arg("PX").arg(millis(ttl));
        let had: Option<String> = cache.run(&set).await?;
        Ok(had.map(|_| lease))
    }
}

impl Lease {
    /// Has it for `ttl` from now; answers whether it was still ours. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn renew(&self, ttl: Duration) -> Result<bool> {
        let mut renew = cmd("EVAL");
        renew.arg(RENEW).arg(1).arg(&self.key).arg(&self.token);
        self.cache.run(renew.arg(millis(ttl))).await
    }

    /// Gives it back; answers whether it was still ours. Without it, it runs out. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn release(self) -> Result<bool> {
        let mut release = cmd("EVAL");
        release.arg(RELEASE).arg(1).arg(&self.key).arg(&self.token);
        self.cache.run(&release).await
    }
}

/// Redis takes no zero.
fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}
