//! Guessing passwords costs time: after five failures for one identifier, or from one address, within 15 minutes, each further try waits longer.

use cloud::{Cache, hash, redis};
use contracts::{Clock, Refusal, Timestamp};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long failures are remembered after the last one.
const WINDOW: Duration = Duration::from_mins(15);
/// How many keys a process remembers by itself while Redis is away.
const OWN: usize = 10_000;

/// Counts failures in Redis; while Redis is away, each process counts for itself.
#[derive(Debug, Clone)]
pub(crate) struct Throttle {
    cache: Cache,
    allowed: u32,
    own: Arc<Mutex<HashMap<String, Failures>>>,
}

/// Failures, and when the last one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// How long after the last of `count` failures the next try must wait: a second after the fifth, doubled each time, at most the window.
fn delay(count: u32, allowed: u32) -> Duration {
    match count.checked_sub(allowed) {
        None => Duration::ZERO,
        Some(over) => WINDOW.min(Duration::from_secs(1_u64 << over.min(20))),
    }
}

impl Throttle {
    pub(crate) fn new(cache: Cache, allowed: u32) -> Self {
        Self {
            cache,
            allowed,
            own: Arc::default(),
        }
    }

    /// The keys of a guess at `what` (a password, a code): what was typed, and where it came from. An address may fail ten times as often, as many share one.
    pub(crate) fn keys(what: &str, identifier: &str, ip: IpAddr) -> [(String, u32); 2] {
        let identifier = hash::key(&[what.as_bytes(), identifier.trim().to_lowercase().as_bytes()]);
        [(format!("guess:{identifier}"), 1), (format!("guess:ip:{ip}"), 10)]
    }

    /// # Errors
    /// 429 while the delay after the last failure runs.
    pub(crate) async fn allow(&self, keys: &[(String, u32)]) -> Result<(), Refusal> {
        let now = Clock::system().now();
        for (key, factor) in keys {
            let Some(failures) = self.read(key).await else {
                continue;
            };
            let wait = delay(failures.count, self.allowed.saturating_mul(*factor))
                .saturating_sub(now.since(failures.last));
            if !wait.is_zero() {
                return Err(Refusal::TooMany {
                    retry_after: wait.as_secs().max(1),
                });
            }
        }
        Ok(())
    }

    /// Remembers a failure.
    pub(crate) async fn failed(&self, keys: &[(String, u32)]) {
        let now = Clock::system().now();
        for (key, _) in keys {
            let name = self.cache.key(key);
            let mut note = redis::pipe();
            note.atomic()
                .cmd("HINCRBY")
                .arg(&name)
                .arg("count")
                .arg(1)
                .ignore();
            note.cmd("HSET")
                .arg(&name)
                .arg("last")
                .arg(now.as_millis())
                .ignore();
            note.cmd("EXPIRE").arg(&name).arg(WINDOW.as_secs()).ignore();
            if self.cache.run_all::<()>(&note).await.is_err() {
                self.remember(key, now);
            }
        }
    }

    /// Remembers what a try with a code came to: a wrong one as a failure, a right one by forgetting failures.
    pub(crate) async fn note<T>(&self, keys: &[(String, u32)], outcome: &cloud::Result<T>) {
        match outcome {
            Ok(_) => self.succeeded(keys).await,
            Err(cloud::Error::Refused(Refusal::Unprocessable { .. })) => self.failed(keys).await,
            Err(_) => {}
        }
    }

    /// Forgets the failures of an identifier that has just proved itself; those of the address stay.
    pub(crate) async fn succeeded(&self, keys: &[(String, u32)]) {
        if let Some((key, _)) = keys.first() {
            self.own
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(key);
            let _ = self
                .cache
                .run::<()>(redis::cmd("DEL").arg(self.cache.key(key)))
                .await;
        }
    }

    async fn read(&self, key: &str) -> Option<Failures> {
        let stored = redis::cmd("HMGET")
            .arg(self.cache.key(key))
            .arg("count")
            .arg("last")
            .to_owned();
        match self.cache.run::<(Option<u32>, Option<i64>)>(&stored).await {
            Ok((count, last)) => Some(Failures {
                count: count?,
                last: Timestamp::from_millis(last?),
            }),
            Err(_) => self
                .own
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(key)
                .copied(),
        }
    }

    fn remember(&self, key: &str, now: Timestamp) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if own.len() >= OWN {
            own.retain(|_, failures| now.since(failures.last) < WINDOW);
        }
        let failures = own
            .entry(key.to_owned())
            .or_insert(Failures { count: 0, last: now });
        let count = if now.since(failures.last) < WINDOW {
            failures.count + 1
        } else {
            1
        };
        *failures = Failures { count, last: now };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn five_are_free_then_it_doubles() {
        let seconds: Vec<u64> = (0..9).map(|count| delay(count, 5).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(delay(u32::MAX, 5), WINDOW);
    }

    proptest! {
        #[test]
        fn more_failures_never_wait_less(count in 0_u32..100, allowed in 0_u32..20) {
            prop_assert!(delay(count, allowed) <= delay(count + 1, allowed));
        }
    }
}
