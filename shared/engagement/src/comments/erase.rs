//! What somebody said, erased with their account.

use super::StoredComment;
use crate::Engagement;
use crate::store::{self, COMMENTS};
use cloud::{Error, Query, Result, Stored};
use contracts::events::posts::CommentDeleted;
use contracts::hub::CommentRemoved;
use contracts::{Audience, Subject, UserId};

/// Comments that one call takes.
const PAGE: usize = 50;

/// In the place of who wrote a comment that others have replied to.
const NOBODY: UserId = UserId::from_bytes([0; 16]);

impl Engagement {
    /// Comments of `user`, those they took back too. Index: the field's own.
    pub fn comments_by(user: UserId) -> Query<StoredComment> {
        COMMENTS.query().eq("authorId", user)
    }

    /// Erases some comments of `user`; answers how many. Where others have replied, what stays says neither what was said nor by whom. Two reads and a
    /// write each.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn erase_comments(&self, user: UserId) -> Result<usize> {
        let some = Self::comments_by(user).limit(PAGE);
        let comments = self.cloud.documents().query(some).await?;
        for comment in &comments {
            match self.erase_comment(comment).await {
                // changed at this moment: the next call finds it again
                Ok(()) | Err(Error::Contention) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(comments.len())
    }

    /// Comments that name `user`. Index: the field's own.
    pub fn comments_naming(user: UserId) -> Query<StoredComment> {
        COMMENTS.query().contains("mentions", user)
    }

    /// Takes `user` out of some comments of others that name them, their username too; answers how many. A read and a write each; index: the field's own.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn erase_named(&self, user: UserId) -> Result<usize> {
        let some = Self::comments_naming(user).limit(PAGE);
        let comments = self.cloud.documents().query(some).await?;
        for comment in &comments {
            let without = Stored::clone(comment).into_inner().without(user);
            match self.cloud.commit().save(COMMENTS, Some(comment), &without).await {
                Ok(()) | Err(Error::Contention) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(comments.len())
    }

    async fn erase_comment(&self, comment: &Stored<StoredComment>) -> Result<()> {
        let documents = self.cloud.documents();
        let replies = documents.query(store::any_reply(comment.comment_id)).await?;
        let erased = StoredComment {
            author_id: NOBODY,
            username: String::new(),
            ..Stored::clone(comment).into_inner().tombstone(!replies.is_empty())
        };
        let mut commit = self.cloud.commit().save(COMMENTS, Some(comment), &erased);
        if comment.deleted {
            return commit.await;
        }
        commit = commit.emit(&CommentDeleted {
            comment_id: comment.comment_id,
            subject: comment.subject,
            parent_comment_id: comment.parent(),
            author_id: NOBODY,
        });
        if let Subject::Post(post_id) = comment.subject {
            let removed = CommentRemoved {
                comment_id: comment.comment_id,
                post_id,
            };
            commit = commit.tell(Audience::Group(comment.subject), &removed);
        }
        self.nudge_comments(comment, -1).await;
        let outcome = commit.await;
        if outcome.is_err() {
            self.forget_comments(comment).await;
        }
        outcome
    }
}
