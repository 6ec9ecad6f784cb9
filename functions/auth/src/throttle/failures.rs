//! Failures of one key, and the rule.

use contracts::Timestamp;
use std::time::Duration;

/// How long failures are remembered after the last one.
pub(super) const WINDOW: Duration = Duration::from_mins(15);

/// Failures, and when the last one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failures {
    pub(super) count: u32,
    pub(super) last: Timestamp,
}

impl Failures {
    /// How long a try must still wait, when `free` failures cost nothing.
    pub(super) fn wait(self, free: u32, now: Timestamp) -> Duration {
        delay(self.count, free).saturating_sub(now.since(self.last))
    }

    /// One more.
    pub(super) fn and_another(before: Option<Self>, now: Timestamp) -> Self {
        let remembered = before.filter(|failures| now.since(failures.last) < WINDOW);
        Self {
            count: remembered.map_or(0, |failures| failures.count).saturating_add(1),
            last: now,
        }
    }
}

/// How long after the last of `count` failures the next try must wait: a second after the last free one, doubled each time, at most the window.
fn delay(count: u32, free: u32) -> Duration {
    match count.checked_sub(free) {
        None => Duration::ZERO,
        Some(over) => WINDOW.min(Duration::from_secs(1_u64 << over.min(20))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn five_are_free_then_it_doubles() {
        let seconds: Vec<u64> = (0..9).map(|count| delay(count, 5).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(delay(u32::MAX, 5), WINDOW);
    }

    #[test]
    fn the_window_begins_anew_with_each_failure() {
        let mut failures = None;
        for minute in 0..8 {
            failures = Some(Failures::and_another(failures, at(minute * 60)));
        }
        let failures = failures.unwrap();
        assert_eq!(failures.count, 8);
        assert_eq!(failures.wait(5, at(7 * 60)), Duration::from_secs(8));
        assert_eq!(failures.wait(5, at(7 * 60 + 8)), Duration::ZERO);
        assert_eq!(
            Failures::and_another(Some(failures), at(7 * 60 + 900)).count,
            1,
            "forgotten"
        );
    }

    proptest! {
        #[test]
        fn more_failures_never_wait_less(count in 0_u32..100, free in 0_u32..20) {
            prop_assert!(delay(count, free) <= delay(count + 1, free));
        }
    }
}
