//! Taking a comment back.

use super::StoredComment;
use super::model::Deletion;
use crate::store::COMMENTS;
use crate::{Engagement, store};
use cloud::{Result, Stored, on_contention};
use contracts::events::posts::CommentDeleted;
use contracts::hub::CommentRemoved;
use contracts::{Audience, CommentId, Refusal, Subject, UserId, Version};

impl Engagement {
    /// Deletes a comment; doing it again changes nothing. `allows` says whether the client means this version.
    ///
    /// At most four reads: the comment, its subject, following when that decides, a reply.
    ///
    /// # Errors
    /// `NotFound`: it is not there for the caller. `Denied`: neither it nor what it is under is theirs. What `allows` says.
    pub async fn delete_comment(
        &self,
        id: CommentId,
        caller: UserId,
        allows: impl Fn(Version) -> Result<(), Refusal>,
    ) -> Result<()> {
        let allows = &allows;
        on_contention(|| async move {
            let comment = store::comment(self.cloud.documents(), id).await?;
            let comment = comment.ok_or(Refusal::NotFound)?;
            let thing = self.access.require(comment.subject, Some(caller)).await?;
            match comment.may_delete(caller, thing.owner)? {
                Deletion::Done => Ok(()),
                Deletion::ToDo => {
                    allows(comment.version)?;
                    self.bury(comment).await
                }
            }
        })
        .await
    }

    /// Deletes a comment as its author would, whoever asks. What is gone already is no error. Two reads.
    ///
    /// # Errors
    /// Something is away.
    pub async fn remove_comment(&self, id: CommentId) -> Result<()> {
        on_contention(|| async move {
            let comment = store::comment(self.cloud.documents(), id).await?;
            match comment.filter(|comment| !comment.deleted) {
                Some(comment) => self.bury(comment).await,
                None => Ok(()),
            }
        })
        .await
    }

    async fn bury(&self, comment: Stored<StoredComment>) -> Result<()> {
        let replies = self
            .cloud
            .documents()
            .query(store::any_reply(comment.comment_id))
            .await?;
        let tombstone = Stored::clone(&comment)
            .into_inner()
            .tombstone(!replies.is_empty());
        let mut commit = self
            .cloud
            .commit()
            .save(COMMENTS, Some(&comment), &tombstone)
            .emit(&CommentDeleted {
                comment_id: comment.comment_id,
                subject: comment.subject,
                parent_comment_id: comment.parent(),
                author_id: comment.author_id,
            });
        if let Subject::Post(post_id) = comment.subject {
            let removed = CommentRemoved {
                comment_id: comment.comment_id,
                post_id,
            };
            commit = commit.tell(Audience::Group(comment.subject), &removed);
        }
        self.nudge_comments(&comment, -1).await;
        let outcome = commit.await;
        if outcome.is_err() {
            self.forget_comments(&comment).await;
        }
        outcome
    }
}
