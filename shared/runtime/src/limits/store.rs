//! Where buckets are: in Redis, or in the process.

use super::admit::Wanted;
use super::bucket::{Bucket, Taken};
use super::class::RouteClass;
use cloud::Cache;
use cloud::redis::Pipeline;
use contracts::Clock;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const TAKE: &str = include_str!("take.lua");
/// How long Redis is left alone after it failed, in microseconds: a Redis that hangs must not slow every request.
const PAUSE: i64 = 1_000_000;
/// How many buckets a process keeps by itself.
const OWN: usize = 10_000;

/// Takes from buckets.
#[derive(Debug)]
pub(crate) struct Limiter {
    cache: Cache,
    clock: Clock,
    own: Mutex<HashMap<String, Bucket>>,
    /// Until when Redis is left alone, in microseconds since 1970.
    away_until: AtomicI64,
    /// How many requests went on that the log has not told of: each line has those since the line before, for a metric that sums them.
    unlimited: AtomicU64,
}

impl Limiter {
    pub(crate) fn new(cache: Cache, clock: Clock) -> Self {
        Self {
            cache,
            clock,
            own: Mutex::default(),
            away_until: AtomicI64::new(0),
            unlimited: AtomicU64::new(0),
        }
    }

    /// Takes one token of each bucket; nothing when nobody can tell, and the request goes on.
    pub(super) async fn draw(&self, class: RouteClass, wanted: &[Wanted]) -> Vec<Taken> {
        let now = self.clock.now().as_millis() * 1_000;
        if now >= self.away_until.load(Ordering::Relaxed) {
            match self.draw_shared(wanted, now).await {
                Ok(taken) => {
                    let unlimited = self.unlimited.swap(0, Ordering::Relaxed);
                    if unlimited > 0 {
                        tracing::warn!(rate_limit.unlimited = unlimited, "rate limits are on again");
                    }
                    return taken;
                }
                Err(error) => {
                    self.away_until.store(now + PAUSE, Ordering::Relaxed);
                    let unlimited = self.unlimited.swap(0, Ordering::Relaxed);
                    tracing::warn!(%error, rate_limit.unlimited = unlimited, "rate limits are off: Redis is away");
                }
            }
        }
        if class == RouteClass::Auth {
            return self.draw_own(wanted, now);
        }
        self.unlimited.fetch_add(1, Ordering::Relaxed);
        Vec::new()
    }

    async fn draw_shared(&self, wanted: &[Wanted], now: i64) -> cloud::Result<Vec<Taken>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut commands = Pipeline::new();
        for want in wanted {
            // a script of one key for each, so that the keys may be in different slots
            commands
                .cmd("EVAL")
                .arg(TAKE)
                .arg(1)
                .arg(self.cache.key(&want.key))
                .arg(now)
                .arg(want.quota.interval_micros())
                .arg(want.quota.capacity_micros());
        }
        let answers = self.cache.run_all::<Vec<(i64, i64)>>(&commands).await?;
        let taken = |(allowed, full_in): (i64, i64)| Taken {
            allowed: allowed == 1,
            full_in: Duration::from_micros(u64::try_from(full_in).unwrap_or_default()),
        };
        Ok(answers.into_iter().map(taken).collect())
    }

    fn draw_own(&self, wanted: &[Wanted], now: i64) -> Vec<Taken> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if own.len() >= OWN {
            own.retain(|_, bucket| bucket.full_at > now);
        }
        let take = |want: &Wanted| {
            let (bucket, taken) = own
                .get(&want.key)
                .copied()
                .unwrap_or_default()
                .take(now, want.quota);
            // a crowd of addresses must not fill the memory: beyond it, only those that are known are limited
            if own.len() < OWN || own.contains_key(&want.key) {
                own.insert(want.key.clone(), bucket);
            }
            taken
        };
        wanted.iter().map(take).collect()
    }
}
