//! Deleted comments stay while they have replies.

use super::StoredComment;
use crate::store::COMMENTS;
use crate::{Engagement, store};
use cloud::{Result, on_contention};
use contracts::CommentId;

impl Engagement {
    /// Makes a deleted comment listed exactly when replies to it are, and so those above it. Whoever replies while the comment is being
    /// deleted does not notice, so this follows from the events of replies, as often as they come.
    pub(crate) async fn settle_tombstone(&self, id: CommentId) -> Result<()> {
        let mut next = Some(id);
        while let Some(id) = next {
            next = on_contention(|| self.settle_one(id)).await?;
        }
        Ok(())
    }

    /// Answers the comment above, when this one's change may concern it.
    async fn settle_one(&self, id: CommentId) -> Result<Option<CommentId>> {
        let documents = self.cloud.documents();
        let Some(comment) = store::comment(documents, id)
            .await?
            .filter(|comment| comment.deleted)
        else {
            return Ok(None);
        };
        let has_replies = !documents.query(store::any_reply(id)).await?.is_empty();
        if comment.listed != has_replies {
            let settled = StoredComment {
                listed: has_replies,
                ..StoredComment::clone(&comment)
            };
            self.cloud
                .commit()
                .save(COMMENTS, Some(&comment), &settled)
                .await?;
        }
        Ok(comment.parent())
    }
}
