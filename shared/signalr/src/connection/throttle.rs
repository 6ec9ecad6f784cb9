//! How often a thing may happen.

use std::time::{Duration, Instant};

/// Lets `rate` things happen per second, and as a burst after a second of rest (the generic cell rate algorithm).
#[derive(Debug)]
pub(super) struct Throttle {
    interval: Duration,
    /// When the things that happened would have been done at an even pace.
    paid_until: Instant,
}

impl Throttle {
    pub(super) fn new(rate: u32, now: Instant) -> Self {
        Self {
            interval: Duration::from_secs(1) / rate.max(1),
            paid_until: now,
        }
    }

    /// When the next one may happen; may be past.
    pub(super) fn turn(&self) -> Instant {
        let ahead = Duration::from_secs(1).saturating_sub(self.interval);
        self.paid_until.checked_sub(ahead).unwrap_or(self.paid_until)
    }

    /// Whether one may happen now.
    pub(super) fn allows(&self, now: Instant) -> bool {
        self.turn() <= now
    }

    /// One happens now.
    pub(super) fn take(&mut self, now: Instant) {
        self.paid_until = self.paid_until.max(now) + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_burst_of_a_second_then_an_even_pace() {
        let start = Instant::now();
        let mut throttle = Throttle::new(20, start);
        for _ in 0..20 {
            assert!(throttle.allows(start));
            throttle.take(start);
        }
        let next = start + Duration::from_millis(50);
        assert!(!throttle.allows(start));
        assert_eq!(throttle.turn(), next);
        assert!(throttle.allows(next));
    }

    proptest! {
        #[test]
        fn never_more_than_the_rate_and_one_burst(
            rate in 1u32..200,
            steps in proptest::collection::vec(0u64..100, 1..300),
        ) {
            let start = Instant::now();
            let mut throttle = Throttle::new(rate, start);
            let mut now = start;
            let mut taken = 0u32;
            for step in steps {
                now += Duration::from_millis(step);
                if throttle.allows(now) {
                    throttle.take(now);
                    taken += 1;
                }
            }
            let seconds = (now - start).as_secs_f64();
            prop_assert!(f64::from(taken) <= f64::from(rate) * (seconds + 1.0) + 1.0);
        }
    }
}
