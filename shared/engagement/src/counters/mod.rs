//! The numbers under posts, comments and videos.

mod count;
mod tell;

use crate::Engagement;
use crate::store::COUNTERS;
use cloud::{Cloud, Result, Tally};
use contracts::Subject;
use contracts::resources::{CommentCounters, PostCounters, ReactionCounts, ReactionType};
use serde::{Deserialize, Serialize};

/// What is counted of a subject.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counters {
    /// Under a post or video: comments and replies that are not deleted. Under a comment: direct replies that are not deleted.
    pub comments: u64,
    /// Reactions by type.
    pub reactions: ReactionCounts,
    /// Of a post: reposts and quotes.
    #[serde(default)]
    pub shares: u64,
}

impl Counters {
    /// What places a comment among the best: its reactions and replies.
    pub(crate) fn score(&self) -> u64 {
        self.comments + self.reactions.total()
    }
}

impl From<Counters> for PostCounters {
    fn from(counters: Counters) -> Self {
        Self {
            comments: counters.comments,
            reactions: counters.reactions,
            shares: counters.shares,
        }
    }
}

impl From<Counters> for CommentCounters {
    fn from(counters: Counters) -> Self {
        Self {
            replies: counters.comments,
            reactions: counters.reactions,
        }
    }
}

/// What the number of comments is nudged by.
pub(crate) fn comments(by: i64) -> Vec<(String, i64)> {
    vec![("comments".to_owned(), by)]
}

/// What the numbers of reactions are nudged by when somebody's reaction changes.
pub(crate) fn reactions(before: Option<ReactionType>, after: Option<ReactionType>) -> Vec<(String, i64)> {
    if before == after {
        return Vec::new();
    }
    let taken = before.map(|r#type| (r#type, -1));
    let given = after.map(|r#type| (r#type, 1));
    let all = taken.into_iter().chain(given);
    all.map(|(r#type, by)| (format!("reactions.{type}"), by))
        .collect()
}

pub(crate) fn tally(cloud: Cloud) -> Tally<Counters> {
    Tally::new(cloud, COUNTERS, redis_key)
}

/// `post:7b0f...` is kept under `post_counters:7b0f...`.
fn redis_key(subject: &str) -> String {
    let (kind, id) = subject.split_once(':').unwrap_or(("", subject));
    format!("{kind}_counters:{id}")
}

impl Engagement {
    /// The numbers under each subject, in their order. No read for what is kept in Redis, else one each in one batch.
    pub async fn counters(&self, subjects: &[Subject]) -> Result<Vec<Counters>> {
        let ids: Vec<String> = subjects.iter().map(ToString::to_string).collect();
        self.tally.of(&ids).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    #[test]
    fn counters_are_kept_under_the_name_of_their_kind() {
        assert_eq!(redis_key("post:1"), "post_counters:1");
        assert_eq!(redis_key("comment:2"), "comment_counters:2");
    }

    fn wishes() -> impl Strategy<Value = Vec<(u8, Option<usize>)>> {
        prop::collection::vec((0_u8..4, prop::option::of(0_usize..6)), 0..60)
    }

    proptest! {
        /// Setting, replacing and removing reactions in any order leaves sums of nudges that equal the records.
        #[test]
        fn nudges_sum_up_to_the_records(wishes in wishes()) {
            let mut records: HashMap<u8, ReactionType> = HashMap::new();
            let mut sums: HashMap<String, i64> = HashMap::new();
            for (user, wish) in wishes {
                let wish = wish.map(|index| ReactionType::ALL[index]);
                let before = records.get(&user).copied();
                for (field, by) in reactions(before, wish) {
                    *sums.entry(field).or_default() += by;
                }
                match wish {
                    Some(r#type) => records.insert(user, r#type),
                    None => records.remove(&user),
                };
            }
            for r#type in ReactionType::ALL {
                let count = records.values().filter(|kept| **kept == r#type).count();
                let sum = sums.get(&format!("reactions.{type}")).copied().unwrap_or_default();
                prop_assert_eq!(sum, i64::try_from(count).unwrap());
            }
        }
    }
}
