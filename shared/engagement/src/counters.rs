//! The numbers under posts, comments and videos.

use crate::Engagement;
use crate::store::{self, COUNTERS};
use cloud::{Cloud, Commit, Result, Tally};
use contracts::hub::ReactionUpdated;
use contracts::resources::{CommentCounters, PostCounters, ReactionCounts, ReactionType};
use contracts::{Audience, CommentId, PostId, Subject};
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

    /// To be called when a comment under `subject` (a reply to `parent`) was made or deleted, as often as one likes. Three reads and a write a
    /// thing, when something changed.
    pub async fn comments_changed(&self, subject: Subject, parent: Option<CommentId>) -> Result<()> {
        self.recount_comments(subject).await?;
        if let Some(parent) = parent {
            self.recount_comments(Subject::Comment(parent)).await?;
            self.settle_tombstone(parent).await?;
        }
        Ok(())
    }

    /// To be called when somebody's reaction to `subject` changed, as often as one likes. Seven reads and a write, when something changed; one
    /// read more for a comment.
    pub async fn reactions_changed(&self, subject: Subject) -> Result<()> {
        let place = self.place(subject).await?;
        let documents = self.cloud.documents();
        let count = |before: Counters| async move {
            let counts =
                ReactionType::ALL.map(|r#type| documents.count(store::reactions_of(subject, r#type)));
            let counts = futures::future::try_join_all(counts).await?;
            let mut reactions = ReactionCounts::default();
            for (r#type, count) in ReactionType::ALL.into_iter().zip(counts) {
                *reactions.of(r#type) = count;
            }
            Ok(Counters { reactions, ..before })
        };
        let tell = |commit: Commit, _: &Counters, after: &Counters| match place {
            Some((post_id, comment_id)) => commit.tell(
                Audience::Group(Subject::Post(post_id)),
                &reaction_updated(post_id, comment_id, *after),
            ),
            None => commit,
        };
        self.tally
            .recount(&subject.to_string(), "reactions", count, tell)
            .await
    }

    async fn recount_comments(&self, subject: Subject) -> Result<()> {
        let documents = self.cloud.documents();
        let count = |before: Counters| async move {
            let comments = documents.count(store::live_comments(subject)).await?;
            Ok(Counters { comments, ..before })
        };
        let tell = |commit: Commit, _: &Counters, _: &Counters| commit;
        self.tally
            .recount(&subject.to_string(), "comments", count, tell)
            .await
    }

    /// The post whose group hears of `subject`, and the comment under it. One read for a comment.
    async fn place(&self, subject: Subject) -> Result<Option<(PostId, Option<CommentId>)>> {
        let comment_id = match subject {
            Subject::Post(post_id) => return Ok(Some((post_id, None))),
            Subject::Comment(comment_id) => comment_id,
            Subject::Video(_) | Subject::User(_) => return Ok(None),
        };
        let comment = store::comment(self.cloud.documents(), comment_id).await?;
        Ok(match comment.map(|comment| comment.subject) {
            Some(Subject::Post(post_id)) => Some((post_id, Some(comment_id))),
            _ => None,
        })
    }
}

fn reaction_updated(post_id: PostId, comment_id: Option<CommentId>, counters: Counters) -> ReactionUpdated {
    let counters = if comment_id.is_some() {
        serde_json::to_value(CommentCounters::from(counters))
    } else {
        serde_json::to_value(PostCounters::from(counters))
    };
    ReactionUpdated {
        post_id,
        comment_id,
        counters: counters.unwrap_or_default(),
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

    #[test]
    fn what_is_told_is_what_rest_shows() {
        let counters = Counters {
            comments: 2,
            ..Counters::default()
        };
        let post = PostId::random();
        let of_post = reaction_updated(post, None, counters).counters;
        assert_eq!(of_post["comments"], 2);
        let of_comment = reaction_updated(post, Some(CommentId::random()), counters).counters;
        assert_eq!(of_comment["replies"], 2);
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
