//! Changing a comment.

use super::read::bare;
use super::{NewComment, StoredComment};
use crate::store::COMMENTS;
use crate::{Engagement, store};
use cloud::{Result, Stored, on_contention};
use contracts::hub::CommentChanged;
use contracts::resources::Comment;
use contracts::{Audience, CommentId, Refusal, Subject, UserId, Version};
use futures::try_join;

impl Engagement {
    /// Gives a comment another text; the same text again changes nothing. `allows` says whether the client means this version.
    ///
    /// At most seven reads: the comment, its subject, how its author stands to the subject's, who is named, and for the answer reaction and numbers.
    ///
    /// # Errors
    /// `NotFound`: it is not there for the caller, or deleted. `Denied`: it is not theirs. What `allows` says.
    pub async fn edit_comment(
        &self,
        id: CommentId,
        caller: UserId,
        new: &NewComment,
        allows: impl Fn(Version) -> Result<(), Refusal>,
    ) -> Result<(Comment, Version)> {
        let allows = &allows;
        let edited = on_contention(|| async move {
            let stored = store::comment(self.cloud.documents(), id).await?;
            let stored = stored.filter(|comment| !comment.deleted);
            let stored = stored.ok_or(Refusal::NotFound)?;
            self.access.require(Subject::Comment(id), Some(caller)).await?;
            stored.may_edit(caller)?;
            allows(stored.version)?;
            self.rewrite(stored, new).await
        })
        .await?;
        let views = self.comment_views(&[&edited], Some(caller)).await?;
        let view = views.into_iter().next().ok_or(Refusal::NotFound)?;
        Ok((view, edited.version))
    }

    /// What the comment has become.
    async fn rewrite(&self, stored: Stored<StoredComment>, new: &NewComment) -> Result<StoredComment> {
        let before = stored.clone().into_inner();
        let edited = before.clone().edited(new, self.cloud.clock().now());
        if edited.version == before.version {
            return Ok(before);
        }
        let mut commit = self.cloud.commit().save(COMMENTS, Some(&stored), &edited);
        if let Subject::Post(_) = edited.subject {
            let subjects = [Subject::Comment(edited.comment_id)];
            let (people, numbers) =
                try_join!(self.access.summaries([edited.author()]), self.counters(&subjects))?;
            let counters = numbers.first().copied().unwrap_or_default().into();
            let comment = Comment {
                counters,
                ..bare(&edited, &people)
            };
            commit = commit.tell(Audience::Group(edited.subject), &CommentChanged(comment));
        }
        commit.await?;
        Ok(edited)
    }
}
