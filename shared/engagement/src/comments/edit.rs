//! Changing a comment.

use super::mentions::Named;
use super::read::bare;
use super::{NewComment, StoredComment};
use crate::store::COMMENTS;
use crate::{Engagement, store};
use access::Thing;
use cloud::{Commit, Result, Stored, on_contention};
use contracts::hub::CommentChanged;
use contracts::resources::Comment;
use contracts::{Audience, CommentId, Refusal, Subject, UserId, Version};
use futures::try_join;

impl Engagement {
    /// Gives a comment another text; the same text again changes nothing. `allows` says whether the client means this version.
    ///
    /// At most eight reads (more when many are blocked): the comment, its subject, how its author stands to the subject's, who is named, and for the answer reaction and numbers.
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
            let thing = self.access.require(Subject::Comment(id), Some(caller)).await?;
            stored.may_edit(caller)?;
            allows(stored.version)?;
            self.rewrite(stored, new, &thing).await
        })
        .await?;
        let views = self.comment_views(&[&edited], Some(caller)).await?;
        let view = views.into_iter().next().ok_or(Refusal::NotFound)?;
        Ok((view, edited.version))
    }

    /// What the comment has become.
    async fn rewrite(
        &self,
        stored: Stored<StoredComment>,
        new: &NewComment,
        thing: &Thing,
    ) -> Result<StoredComment> {
        let before = stored.clone().into_inner();
        if before.text == new.text() {
            return Ok(before);
        }
        let mentions = self.named_in(new.text()).await?;
        let edited = before.clone().edited(new, mentions, self.cloud.clock().now());
        let commit = self.cloud.commit().save(COMMENTS, Some(&stored), &edited);
        let named = Named {
            comment: edited.comment_id,
            author: edited.author_id,
            before: &before.mentions,
            after: &edited.mentions,
        };
        let commit = self.tell_named(commit, named, thing).await?;
        self.tell_changed(commit, &edited).await?.await?;
        Ok(edited)
    }

    /// Tells the post's group.
    async fn tell_changed(&self, commit: Commit, edited: &StoredComment) -> Result<Commit> {
        let Subject::Post(_) = edited.subject else {
            return Ok(commit);
        };
        let subjects = [Subject::Comment(edited.comment_id)];
        let edits = [edited];
        let (people, numbers, barred) = try_join!(
            self.people_of(&edits),
            self.counters(&subjects),
            self.access.barred(edited.author_id)
        )?;
        let comment = Comment {
            counters: numbers.first().copied().unwrap_or_default().into(),
            ..bare(edited, &people)
        };
        let group = Audience::Group(edited.subject);
        Ok(commit.tell_but(group, &CommentChanged(comment), barred))
    }
}
