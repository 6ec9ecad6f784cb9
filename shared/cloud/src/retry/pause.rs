//! How long to wait before the next attempt.

use crate::deadline::Deadline;
use std::time::Duration;

/// The longest first pause, in milliseconds.
const FIRST: u64 = 20;
/// The longest pause of all, in milliseconds.
const LONGEST: u64 = 2000;

/// A pause after so many failures (0 for the first): anything up to 20 ms doubled each time, two seconds at most. That is full jitter: those who
/// failed together do not come back together.
pub(crate) fn pause(failures: u32) -> Duration {
    jitter(failures, uuid::Uuid::new_v4().as_u64_pair().0)
}

/// Pauses after so many failures (1 for the first); answers whether there is time for another attempt before `deadline`.
pub(crate) async fn rest(failures: u32, deadline: Deadline) -> bool {
    let pause = pause(failures.saturating_sub(1));
    let time = pause < deadline.left();
    if time {
        tokio::time::sleep(pause).await;
    }
    time
}

fn jitter(failures: u32, random: u64) -> Duration {
    let most = FIRST.saturating_mul(1 << failures.min(16)).min(LONGEST);
    Duration::from_millis(random % (most + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_bounded_by_a_doubling_and_by_two_seconds(failures: u32, random: u64) {
            let pause = jitter(failures, random);
            prop_assert!(pause <= Duration::from_secs(2));
            prop_assert!(pause <= Duration::from_millis(20).saturating_mul(1 << failures.min(10)));
        }

        #[test]
        fn it_may_be_anything_up_to_its_bound(failures in 0_u32..6, millis in 0_u64..=20) {
            let wanted = millis << failures;
            prop_assert_eq!(jitter(failures, wanted), Duration::from_millis(wanted));
        }
    }
}
