//! One token bucket, as the generic cell rate algorithm keeps it: a single time for each bucket (ITU-T I.371, annex A; the "virtual scheduling" form).

use super::quota::Quota;
use std::time::Duration;

/// A bucket: when it will be full again, in microseconds since 1970. One that is full is the same as one that is not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) full_at: i64,
}

/// What came of taking one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// There was one.
    pub(crate) allowed: bool,
    /// How long until the bucket is full.
    pub(crate) full_in: Duration,
}

impl Bucket {
    /// Takes a token at `now` (microseconds since 1970) when there is one. `take.lua` does the same in Redis.
    pub(crate) fn take(self, now: i64, quota: Quota) -> (Self, Taken) {
        let full_at = self.full_at.max(now) + quota.interval_micros();
        let allowed = full_at - now <= quota.capacity_micros();
        let full_at = if allowed { full_at } else { self.full_at };
        let taken = Taken {
            allowed,
            full_in: micros(full_at - now),
        };
        (Self { full_at }, taken)
    }
}

impl Taken {
    /// How many tokens are left.
    pub(crate) fn remaining(self, quota: Quota) -> u64 {
        let spent = i64::try_from(self.full_in.as_micros()).unwrap_or(i64::MAX);
        let left = (quota.capacity_micros() - spent).max(0) / quota.interval_micros();
        u64::try_from(left).unwrap_or_default()
    }

    /// How long until there is a token: nothing when there is one.
    pub(crate) fn wait(self, quota: Quota) -> Duration {
        let one_free = micros(quota.capacity_micros() - quota.interval_micros());
        self.full_in.saturating_sub(one_free)
    }
}

fn micros(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_790_000_000_000_000;

    #[test]
    fn as_many_as_it_holds_and_then_one_an_interval() {
        let quota = Quota::per_minute(3);
        let mut bucket = Bucket::default();
        let mut took = |at: i64| {
            let (next, taken) = bucket.take(NOW + at * 1_000_000, quota);
            bucket = next;
            (taken.allowed, taken.remaining(quota), taken.wait(quota).as_secs())
        };
        assert_eq!(took(0), (true, 2, 0));
        assert_eq!(took(0), (true, 1, 0));
        assert_eq!(took(0), (true, 0, 20));
        assert_eq!(took(5), (false, 0, 15));
        assert_eq!(took(20), (true, 0, 20));
        assert_eq!(took(80), (true, 2, 0));
    }

    proptest! {
        /// In any stretch of time no more are let through than the bucket holds and what flows into it meanwhile.
        #[test]
        fn never_more_than_the_quota(per_minute in 1_u32..5_000, gaps in prop::collection::vec(0_i64..5_000_000, 1..300)) {
            let quota = Quota::per_minute(per_minute);
            let (mut now, mut bucket, mut let_through) = (NOW, Bucket::default(), Vec::new());
            for gap in gaps {
                now += gap;
                let (next, taken) = bucket.take(now, quota);
                bucket = next;
                if taken.allowed {
                    let_through.push(now);
                }
            }
            for (first, from) in let_through.iter().enumerate() {
                for (last, to) in let_through.iter().enumerate().skip(first) {
                    let allowed = i64::from(per_minute) + (to - from) / quota.interval_micros();
                    prop_assert!(i64::try_from(last - first + 1).unwrap() <= allowed);
                }
            }
        }

        /// Whoever waits as long as they were told gets through, and a moment earlier not.
        #[test]
        fn the_wait_is_right(per_minute in 1_u32..5_000, before in 0_usize..6_000) {
            let quota = Quota::per_minute(per_minute);
            let mut bucket = Bucket::default();
            for _ in 0..before {
                bucket = bucket.take(NOW, quota).0;
            }
            let (bucket, taken) = bucket.take(NOW, quota);
            let wait = i64::try_from(taken.wait(quota).as_micros()).unwrap();
            prop_assert!(bucket.take(NOW + wait, quota).1.allowed);
            prop_assert_eq!(bucket.take(NOW, quota).1.allowed, wait == 0);
            if wait > 0 {
                prop_assert!(!bucket.take(NOW + wait - 1, quota).1.allowed);
            }
        }
    }
}
