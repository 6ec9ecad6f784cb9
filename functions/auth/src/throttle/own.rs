//! What a process remembers by itself while Redis is away.

use super::failures::{Failures, WINDOW};
use contracts::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many keys.
const MOST: usize = 10_000;

/// Failures by key. When there are too many keys, all that can be forgotten are; should that not be enough, all are.
#[derive(Debug, Clone, Default)]
pub(super) struct Own(Arc<Mutex<HashMap<String, Failures>>>);

impl Own {
    /// As `begin.lua`: how long a try must wait; when not at all, it has begun and counts as a failure.
    pub(super) fn begin(&self, key: &str, free: u32, now: Timestamp) -> Duration {
        let wait = self.wait(key, free, now);
        if wait.is_zero() {
            self.failed(key, now);
        }
        wait
    }

    pub(super) fn wait(&self, key: &str, free: u32, now: Timestamp) -> Duration {
        let failures = self.all().get(key).copied();
        failures.map_or(Duration::ZERO, |failures| failures.wait(free, now))
    }

    pub(super) fn failed(&self, key: &str, now: Timestamp) {
        let mut all = self.all();
        if all.len() >= MOST {
            all.retain(|_, failures| now.since(failures.last) < WINDOW);
        }
        if all.len() >= MOST {
            all.clear();
        }
        let failures = Failures::and_another(all.get(key).copied(), now);
        all.insert(key.to_owned(), failures);
    }

    pub(super) fn forget(&self, key: &str) {
        self.all().remove(key);
    }

    /// The try that began came to nothing.
    pub(super) fn take_back(&self, key: &str) {
        if let Some(failures) = self.all().get_mut(key) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_tries_when_they_begin_and_stays_small() {
        let (own, now) = (Own::default(), Timestamp::EPOCH);
        let waits: Vec<u64> = (0..4).map(|_| own.begin("ann", 3, now).as_secs()).collect();
        assert_eq!(
            waits,
            [0, 0, 0, 1],
            "the fourth at once waits, though none has failed yet"
        );
        own.take_back("ann");
        assert!(own.begin("ann", 3, now).is_zero());
        own.forget("ann");
        assert!(own.begin("ann", 1, now).is_zero());
        for key in 0..2 * MOST {
            own.failed(&key.to_string(), now);
        }
        assert!(own.all().len() <= MOST);
    }
}
