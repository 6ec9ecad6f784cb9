//! The ranking hook: what a post is worth to a viewer.

use contracts::resources::{PostCounters, ReactionCounts, ReactionType};
use contracts::{Timestamp, UserId};

/// What is known of a post that may be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) author: UserId,
    pub(crate) created_at: Timestamp,
    pub(crate) counters: PostCounters,
}

/// What is known of who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewing {
    pub(crate) user: Option<UserId>,
    pub(crate) at: Timestamp,
}

/// How much faster than its age a post sinks.
const GRAVITY: f64 = 1.5;
/// The hours that every post is older than it is, so that the first minutes do not decide.
const HEAD_START: f64 = 2.0;
/// What one's own posts are worth to oneself.
const OWN: f64 = 0.5;

/// What a post is worth to a viewer: the higher is shown first. Points over a power of the age, as Hacker News is known to rank
/// (`(points - 1) / (hours + 2)^1.8`), with a logarithm over the points, so that what everybody likes does not stay for days.
pub(crate) fn score(candidate: &Candidate, viewing: &Viewing) -> f64 {
    let counters = &candidate.counters;
    let points = reactions(counters.reactions) + 2 * counters.comments + 3 * counters.shares;
    let hours = viewing.at.since(candidate.created_at).as_secs_f64() / 3600.0;
    let own = if viewing.user == Some(candidate.author) {
        OWN
    } else {
        1.0
    };
    own * (1.0 + as_float(points).ln_1p()) / (hours + HEAD_START).powf(GRAVITY)
}

/// All types alike.
fn reactions(mut counts: ReactionCounts) -> u64 {
    ReactionType::ALL.iter().map(|r#type| *counts.of(*r#type)).sum()
}

/// Exact as far as anybody counts.
#[expect(clippy::cast_precision_loss, reason = "nobody has so many reactions")]
fn as_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    const ANN: UserId = UserId::from_bytes([1; 16]);
    const BOB: UserId = UserId::from_bytes([2; 16]);

    fn worth(comments: u64, age: u64, viewer: UserId) -> f64 {
        let at = Timestamp::from_millis(1_800_000_000_000);
        let candidate = Candidate {
            author: ANN,
            created_at: at - Duration::from_secs(age),
            counters: PostCounters {
                comments,
                ..PostCounters::default()
            },
        };
        let viewing = Viewing {
            user: Some(viewer),
            at,
        };
        score(&candidate, &viewing)
    }

    proptest! {
        #[test]
        fn more_is_worth_more_and_older_less(comments in 0_u64..100_000, more in 1_u64..1000, age in 0_u64..10_000_000, older in 1_u64..100_000) {
            let one = worth(comments, age, BOB);
            prop_assert!(one.is_finite() && one > 0.0);
            prop_assert!(worth(comments + more, age, BOB) > one);
            prop_assert!(worth(comments, age + older, BOB) < one);
            prop_assert!(worth(comments, age, ANN) < one, "one's own");
        }
    }
}
