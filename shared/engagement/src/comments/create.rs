//! Commenting.

use super::{NewComment, StoredComment};
use crate::store::COMMENTS;
use crate::{Counters, Engagement, counters, store};
use access::{Author, Thing};
use cloud::{Commit, IdempotencyKey, Replayable, Result, Stored};
use contracts::events::posts::CommentCreated;
use contracts::hub::CommentAdded;
use contracts::resources::{Comment, CommentCounters, CommentViewer, PostCounters, ProfileSummary};
use contracts::{Audience, Subject, Version};
use futures::try_join;

impl Engagement {
    /// Comments on `subject`. `answer` makes of the resource what the client gets, now and when it asks again with the same `key`.
    ///
    /// At most five reads: what is commented on, following when that decides, the parent, numbers and profile when they are not kept.
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
        let subjects = [subject];
        let (parent, summary, numbers) = try_join!(
            self.parent_of(&new, subject),
            self.access.summary(author),
            self.counters(&subjects)
        )?;
        let numbers = numbers.into_iter().next().unwrap_or_default();
        let comment = new.write(subject, author, self.cloud.clock().now());
        let view = view(&comment, summary);
        let commit = self.cloud.commit().create(COMMENTS, &comment).emit(&created(
            &comment,
            &thing,
            parent.as_deref(),
        ));
        let commit = tell(commit, &view, numbers);
        let answer = answer(view, comment.version);
        self.nudge_comments(&comment, 1).await;
        let outcome = commit.answer(key, answer).await;
        if outcome.is_err() {
            self.forget_comments(&comment).await;
        }
        outcome
    }

    /// Nudges the numbers of what a comment stands under.
    pub(super) async fn nudge_comments(&self, comment: &StoredComment, by: i64) {
        for subject in stands_under(comment) {
            self.tally
                .nudge(&subject.to_string(), &counters::comments(by))
                .await;
        }
    }

    /// Takes nudges back.
    pub(super) async fn forget_comments(&self, comment: &StoredComment) {
        for subject in stands_under(comment) {
            self.tally.forget(&subject.to_string()).await;
        }
    }

    async fn parent_of(&self, new: &NewComment, subject: Subject) -> Result<Option<Stored<StoredComment>>> {
        let Some(id) = new.parent() else {
            return Ok(None);
        };
        let parent = store::comment(self.cloud.documents(), id).await?;
        StoredComment::takes_replies(parent.as_deref(), subject)?;
        Ok(parent)
    }
}

fn stands_under(comment: &StoredComment) -> Vec<Subject> {
    let mut subjects = vec![comment.subject];
    subjects.extend(comment.parent().map(Subject::Comment));
    subjects
}

fn view(comment: &StoredComment, author: ProfileSummary) -> Comment {
    Comment {
        comment_id: comment.comment_id,
        subject: comment.subject,
        parent_comment_id: comment.parent(),
        author: Some(author),
        text: comment.text.clone(),
        mentions: Vec::new(),
        deleted: false,
        counters: CommentCounters::default(),
        viewer: Some(CommentViewer::default()),
        created_at: comment.created_at,
        edited_at: None,
    }
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

/// Tells the post's group: the comment as everybody sees it, and the post's numbers with it.
fn tell(commit: Commit, comment: &Comment, before: Counters) -> Commit {
    let Subject::Post(_) = comment.subject else {
        return commit;
    };
    let event = CommentAdded {
        comment: Comment {
            viewer: None,
            ..comment.clone()
        },
        post_counters: PostCounters {
            comments: before.comments + 1,
            ..before.into()
        },
    };
    commit.tell(Audience::Group(comment.subject), &event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{PostId, Timestamp, UserId};

    #[test]
    fn a_reply_counts_for_its_subject_and_its_parent() {
        let author = Author {
            user_id: UserId::random(),
            username: "ann".to_owned(),
        };
        let subject = Subject::Post(PostId::random());
        let write =
            |parent| NewComment::check("x", parent).map(|new| new.write(subject, &author, Timestamp::EPOCH));
        let top = write(None).unwrap();
        assert_eq!(stands_under(&top), [subject]);
        let reply = write(Some(top.comment_id)).unwrap();
        assert_eq!(stands_under(&reply), [subject, Subject::Comment(top.comment_id)]);
    }
}
