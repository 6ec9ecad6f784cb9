//! Counting the records of a subject again.

use super::Counters;
use crate::{Engagement, store};
use cloud::{Covered, Result};
use contracts::resources::{ReactionCounts, ReactionType};
use contracts::{CommentId, PostId, Subject};

/// The parts that are counted by queries of their own.
const COMMENTS: &str = "comments";
const REACTIONS: &str = "reactions";
const SHARES: &str = "shares";

impl Engagement {
    /// To be called when a comment under `subject` (a reply to `parent`) was made or deleted, as often as one likes. Two reads and a write a
    /// thing, and for the parent, whose place among the best changes, two reads and a write more.
    ///
    /// # Errors
    /// Something is away: it is to be called again.
    pub async fn comments_changed(&self, subject: Subject, parent: Option<CommentId>) -> Result<()> {
        self.recount(subject, &[COMMENTS]).await?;
        if let Some(parent) = parent {
            self.recount(Subject::Comment(parent), &[COMMENTS]).await?;
            self.settle_tombstone(parent).await?;
        }
        Ok(())
    }

    /// To be called when a repost or quote of `post` was made, hidden, shown or deleted, as often as one likes. Two reads and a write; one read more for
    /// each thousand shares.
    ///
    /// # Errors
    /// Something is away: it is to be called again.
    pub async fn shares_changed(&self, post: PostId) -> Result<()> {
        self.recount(Subject::Post(post), &[SHARES]).await?;
        Ok(())
    }

    /// Counts everything of `subject`, whatever has been told of it. Eight reads and a write; for a post one read more, for a comment one more of each.
    ///
    /// # Errors
    /// Something is away.
    pub async fn recount_all(&self, subject: Subject) -> Result<()> {
        let parts: &[&str] = match subject {
            Subject::Post(_) => &[COMMENTS, REACTIONS, SHARES],
            Subject::Comment(_) | Subject::Video(_) | Subject::User(_) => &[COMMENTS, REACTIONS],
        };
        self.recount(subject, parts).await?;
        Ok(())
    }

    /// Seven reads and a write; for a comment, whose place among the best changes, one more of each.
    pub(super) async fn recount_reactions(&self, subject: Subject) -> Result<Covered> {
        self.recount(subject, &[REACTIONS]).await
    }

    async fn recount(&self, subject: Subject, parts: &[&str]) -> Result<Covered> {
        let count = |parts: Vec<String>, mut counters: Counters| async move {
            if parts.iter().any(|part| part == COMMENTS) {
                let comments = store::live_comments(subject);
                counters.comments = self.cloud.documents().count(comments).await?;
            }
            if parts.iter().any(|part| part == REACTIONS) {
                counters.reactions = self.count_reactions(subject).await?;
            }
            if let (true, Subject::Post(post)) = (parts.iter().any(|part| part == SHARES), subject) {
                counters.shares = self.access.count_shares(post).await?;
            }
            Ok(counters)
        };
        let then = |counters: Counters| async move {
            match subject {
                Subject::Comment(id) => self.settle_rank(id, &counters).await,
                Subject::Post(_) | Subject::Video(_) | Subject::User(_) => Ok(()),
            }
        };
        let id = subject.to_string();
        self.tally.recount_then(&id, parts, count, then).await
    }

    async fn count_reactions(&self, subject: Subject) -> Result<ReactionCounts> {
        let documents = self.cloud.documents();
        let counts = ReactionType::ALL.map(|r#type| documents.count(store::reactions_of(subject, r#type)));
        let counts = futures::future::try_join_all(counts).await?;
        let mut reactions = ReactionCounts::default();
        for (r#type, count) in ReactionType::ALL.into_iter().zip(counts) {
            *reactions.of(r#type) = count;
        }
        Ok(reactions)
    }
}
