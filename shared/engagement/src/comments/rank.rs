//! Where a comment stands among the best.

use crate::store::COMMENTS;
use crate::{Counters, Engagement, store};
use cloud::{Result, on_contention};
use contracts::{CommentId, Timestamp};

/// The bits of a time in milliseconds: until the year 2248.
const TIME: u32 = 43;
/// The highest score that is told from a higher one: about a million.
const HIGHEST: i64 = (1 << (63 - TIME)) - 1;

/// One number to sort by: the higher score first, of equal ones the later comment.
pub(super) fn rank(score: u64, created_at: Timestamp) -> i64 {
    let score = i64::try_from(score).unwrap_or(HIGHEST).min(HIGHEST);
    let time = created_at.as_millis().clamp(0, (1 << TIME) - 1);
    (score << TIME) | time
}

impl Engagement {
    /// Writes a comment's place anew, after what it is made of was counted: at most as often as that is. One read, and a write when it has changed.
    pub(crate) async fn settle_rank(&self, id: CommentId, counters: &Counters) -> Result<()> {
        on_contention(|| async move {
            let Some(comment) = store::comment(self.cloud.documents(), id).await? else {
                return Ok(());
            };
            let mut ranked = comment.clone().into_inner();
            ranked.rank = rank(counters.score(), comment.created_at);
            if ranked.rank == comment.rank {
                return Ok(());
            }
            self.cloud.commit().save(COMMENTS, Some(&comment), &ranked).await
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_better_first_then_the_later(a in 0_u64..1_000_000, b in 0_u64..1_000_000, early in 0_i64..4_000_000_000_000, late in 0_i64..4_000_000_000_000) {
            let rank = |score, at| rank(score, Timestamp::from_millis(at));
            prop_assert_eq!(rank(a, early).cmp(&rank(b, late)), (a, early).cmp(&(b, late)));
        }

        #[test]
        fn no_score_or_time_is_too_much(score: u64, at: i64) {
            prop_assert!(rank(score, Timestamp::from_millis(at)) >= 0);
        }
    }
}
