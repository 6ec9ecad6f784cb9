//! How long a delivery that failed waits for its next.

use gcloud_sdk::google::pubsub::v1::RetryPolicy;
use std::hash::{DefaultHasher, Hasher as _};

/// The first wait of a push subscription without a retry policy, and the longest, in microseconds. (Google's own waits are of this kind
/// but not documented.)
const PUSH_FIRST: i64 = 100_000;
const PUSH_LONGEST: i64 = 60_000_000;

/// The wait in microseconds after the failed delivery number `attempt` (from 1) of the delivery `id`.
///
/// It doubles from the policy's minimum to its maximum, less up to a fifth of jitter that depends on `id` and `attempt` only, so that a
/// run can be repeated. Without a policy a pulled message comes back at once.
pub(crate) fn after(policy: Option<&RetryPolicy>, push: bool, id: u64, attempt: u32) -> i64 {
    let (first, longest) = match policy {
        Some(policy) => (micros(policy.minimum_backoff), micros(policy.maximum_backoff)),
        None if push => (PUSH_FIRST, PUSH_LONGEST),
        None => return 0,
    };
    let doubled = first
        .saturating_mul(
            1_i64
                .checked_shl(attempt.saturating_sub(1).min(32))
                .unwrap_or(i64::MAX),
        )
        .min(longest);
    let jitter = (doubled / 5).max(1);
    // never below the minimum the policy promises
    (doubled - i64::try_from(hash((id, attempt))).unwrap_or(i64::MAX) % jitter).max(first.min(longest))
}

/// A number from 0 to `i64::MAX` that follows from `what`, the same in every run.
pub(crate) fn hash(what: impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish() >> 1
}

/// A duration in microseconds; none is none.
pub(crate) fn micros(duration: Option<prost_types::Duration>) -> i64 {
    duration.map_or(0, |d| {
        d.seconds
            .saturating_mul(1_000_000)
            .saturating_add(i64::from(d.nanos / 1000))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn policy(minimum: i64, maximum: i64) -> RetryPolicy {
        let seconds = |seconds| Some(prost_types::Duration { seconds, nanos: 0 });
        RetryPolicy {
            minimum_backoff: seconds(minimum),
            maximum_backoff: seconds(maximum),
        }
    }

    #[test]
    fn a_push_without_a_policy_waits_from_a_tenth_of_a_second_to_a_minute() {
        assert_eq!(after(None, true, 7, 1), 100_000);
        assert!((160_000..=200_000).contains(&after(None, true, 7, 2)));
        assert!((48_000_000..=60_000_000).contains(&after(None, true, 7, 4000)));
        assert_eq!(after(None, false, 7, 3), 0);
        assert_eq!(after(Some(&policy(0, 0)), true, 7, 3), 0);
    }

    proptest! {
        #[test]
        fn waits_stay_between_the_policy_s_bounds(minimum in 0_i64..600, more in 0_i64..600, id: u64, attempt in 1_u32..100) {
            let wait = after(Some(&policy(minimum, minimum + more)), true, id, attempt);
            prop_assert!((minimum * 1_000_000..=(minimum + more) * 1_000_000).contains(&wait));
            prop_assert_eq!(wait, after(Some(&policy(minimum, minimum + more)), true, id, attempt));
        }
    }
}
