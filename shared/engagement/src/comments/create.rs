//! Commenting.

use super::mentions::Named;
use super::read::bare;
use super::{NewComment, StoredComment};
use crate::store::COMMENTS;
use crate::{Counters, Engagement, counters, store};
use access::{Author, Thing};
use cloud::{Commit, IdempotencyKey, Replayable, Result, Stored};
use contracts::events::posts::CommentCreated;
use contracts::hub::CommentAdded;
use contracts::resources::{Comment, CommentViewer};
use contracts::{Audience, Subject, UserId, Version};
use futures::try_join;

impl Engagement {
    /// Comments on `subject`. `answer` makes of the resource what the client gets, now and when it asks again with the same `key`.
    ///
    /// At most seven reads: what is commented on, the parent, who is named; how the author stands to whose they are, numbers, profile and who is blocked when they
    /// are not kept (of the blocked one for each).
    ///
    /// # Errors
    /// `NotFound`: the subject is not there for the author. `Denied`: its author takes no comments of theirs. `Invalid`: no such comment to reply to.
    pub async fn comment<A: Replayable>(
        &self,
        subject: Subject,
        author: &Author,
        new: NewComment,
        key: Option<&IdempotencyKey>,
        answer: impl FnOnce(Comment, Version) -> A,
    ) -> Result<A> {
        let thing = self.access.require(subject, Some(author.user_id)).await?;
        self.access.may_reply(&thing, author.user_id).await?;
        let (parent, named) = try_join!(
            self.parent_of(&new, subject, author.user_id),
            self.named_in(new.text())
        )?;
        let comment = new.write(subject, author, named, self.cloud.clock().now());
        let these = [&comment];
        let (people, barred) = try_join!(self.people_of(&these), self.access.barred(author.user_id))?;
        let view = bare(&comment, &people);
        let event = created(&comment, &thing, parent.as_deref());
        let commit = self.cloud.commit().create(COMMENTS, &comment).emit(&event);
        let named = Named {
            comment: comment.comment_id,
            author: comment.author_id,
            before: &[],
            after: &comment.mentions,
        };
        let commit = self.tell_named(commit, named, &thing).await?;
        let commit = tell(commit, &view, self.counted_with(&comment).await?, barred);
        let view = Comment {
            viewer: Some(CommentViewer::default()),
            ..view
        };
        let outcome = commit.answer(key, answer(view, comment.version)).await;
        if outcome.is_err() {
            self.forget_comments(&comment).await;
        }
        outcome
    }

    /// The numbers of the subject with a comment that is about to be there.
    async fn counted_with(&self, comment: &StoredComment) -> Result<Counters> {
        if let Some(nudged) = self.nudge_comments(comment, 1).await {
            return Ok(nudged);
        }
        let before = self.counters(&[comment.subject]).await?;
        let before = before.first().copied().unwrap_or_default();
        Ok(Counters {
            comments: before.comments + 1,
            ..before
        })
    }

    /// Nudges the numbers of what a comment stands under; answers those of its subject then, when Redis keeps them.
    pub(super) async fn nudge_comments(&self, comment: &StoredComment, by: i64) -> Option<Counters> {
        let mut of_subject = None;
        for subject in stands_under(comment) {
            let nudged = self
                .tally
                .nudge(&subject.to_string(), &counters::comments(by))
                .await;
            of_subject = of_subject.or(nudged);
        }
        of_subject
    }

    /// Takes nudges back.
    pub(super) async fn forget_comments(&self, comment: &StoredComment) {
        for subject in stands_under(comment) {
            self.tally.forget(&subject.to_string()).await;
        }
    }

    /// The comment that is replied to, if it is there for the author: to whom a blocked person is nobody, their comment is none.
    async fn parent_of(
        &self,
        new: &NewComment,
        subject: Subject,
        author: UserId,
    ) -> Result<Option<Stored<StoredComment>>> {
        let Some(id) = new.parent() else {
            return Ok(None);
        };
        let mut parent = store::comment(self.cloud.documents(), id).await?;
        if let Some(found) = &parent {
            let standing = self.access.standing(found.author_id, Some(author)).await?;
            parent = parent.filter(|_| !standing.absent());
        }
        StoredComment::takes_replies(parent.as_deref(), subject)?;
        Ok(parent)
    }
}

/// The subject first.
fn stands_under(comment: &StoredComment) -> Vec<Subject> {
    let mut subjects = vec![comment.subject];
    subjects.extend(comment.parent().map(Subject::Comment));
    subjects
}

fn created(comment: &StoredComment, thing: &Thing, parent: Option<&StoredComment>) -> CommentCreated {
    CommentCreated {
        comment_id: comment.comment_id,
        subject: comment.subject,
        subject_owner_id: thing.owner,
        parent_comment_id: comment.parent(),
        parent_author_id: parent.map(|parent| parent.author_id),
        author_id: comment.author_id,
    }
}

/// Tells the post's group, but who is to know nothing of its author: the comment as everybody sees it, and the post's numbers with it.
fn tell(commit: Commit, comment: &Comment, with: Counters, barred: Vec<UserId>) -> Commit {
    let Subject::Post(_) = comment.subject else {
        return commit;
    };
    let event = CommentAdded {
        comment: comment.clone(),
        post_counters: with.into(),
    };
    commit.tell_but(Audience::Group(comment.subject), &event, barred)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{PostId, Timestamp};

    #[test]
    fn a_reply_counts_for_its_subject_and_its_parent() {
        let author = Author {
            user_id: UserId::random(),
            username: "ann".to_owned(),
        };
        let subject = Subject::Post(PostId::random());
        let write = |parent| {
            NewComment::check("x", parent)
                .map(|new| new.write(subject, &author, Vec::new(), Timestamp::EPOCH))
        };
        let top = write(None).unwrap();
        assert_eq!(stands_under(&top), [subject]);
        let reply = write(Some(top.comment_id)).unwrap();
        assert_eq!(stands_under(&reply), [subject, Subject::Comment(top.comment_id)]);
    }
}
