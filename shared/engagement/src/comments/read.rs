//! Reading comments.

use super::{Listed, Position, Sort, StoredComment};
use crate::{Engagement, store};
use cloud::{Result, Stored};
use contracts::resources::{Comment, CommentViewer, Page, ProfileSummary};
use contracts::{CommentId, Refusal, Subject, UserId, Version};
use futures::try_join;
use std::collections::HashMap;

impl Engagement {
    /// The comments right under `subject` that are there for the viewer: `want` of them after a position. Reads them, what is left out, and the subject;
    /// in the order of the best, after the first page, them twice.
    ///
    /// # Errors
    /// `NotFound`: the subject is not there for the viewer.
    pub async fn comments(
        &self,
        subject: Subject,
        viewer: Option<UserId>,
        sort: Sort,
        after: Option<Position>,
        want: usize,
    ) -> Result<Vec<Listed>> {
        let (_, comments) = try_join!(
            self.access.require(subject, viewer),
            self.walk(subject, viewer, sort, after, want)
        )?;
        Ok(comments)
    }

    /// The replies to a comment that are there for the viewer, as [`Engagement::comments`]; the comment is one read more.
    ///
    /// # Errors
    /// `NotFound`: the comment is not there for the viewer.
    pub async fn replies(
        &self,
        parent: CommentId,
        viewer: Option<UserId>,
        sort: Sort,
        after: Option<Position>,
        want: usize,
    ) -> Result<Vec<Listed>> {
        let thread = Subject::Comment(parent);
        let (_, replies) = try_join!(
            self.shown(parent, viewer),
            self.walk(thread, viewer, sort, after, want)
        )?;
        Ok(replies)
    }

    /// One comment, and its stored version.
    ///
    /// # Errors
    /// `NotFound`: it is not there for the viewer.
    pub async fn comment_view(&self, id: CommentId, viewer: Option<UserId>) -> Result<(Comment, Version)> {
        let comment = self.shown(id, viewer).await?;
        let views = self.comment_views(&[&comment], viewer).await?;
        let view = views.into_iter().next().ok_or(Refusal::NotFound)?;
        Ok((view, comment.version))
    }

    /// A page of what [`Engagement::comments`] or [`Engagement::replies`] found, as the viewer sees it; costs what [`Engagement::comment_views`] does.
    pub async fn comment_page(&self, page: Page<Listed>, viewer: Option<UserId>) -> Result<Page<Comment>> {
        let comments: Vec<&StoredComment> = page.items.iter().map(|listed| &listed.comment).collect();
        Ok(Page {
            items: self.comment_views(&comments, viewer).await?,
            next_cursor: page.next_cursor,
        })
    }

    /// Comments as the viewer sees them. Reads their reactions to them, and numbers and profiles that are not kept.
    pub async fn comment_views(
        &self,
        comments: &[&StoredComment],
        viewer: Option<UserId>,
    ) -> Result<Vec<Comment>> {
        let subjects: Vec<Subject> = comments
            .iter()
            .map(|comment| Subject::Comment(comment.comment_id))
            .collect();
        let (people, numbers, mine) = try_join!(
            self.people_of(comments),
            self.counters(&subjects),
            self.reactions_of(&subjects, viewer)
        )?;
        let views = comments.iter().zip(numbers).zip(mine);
        Ok(views
            .map(|((comment, numbers), reaction)| {
                let viewer = viewer.map(|_| CommentViewer { reaction });
                Comment {
                    counters: numbers.into(),
                    viewer,
                    ..bare(comment, &people)
                }
            })
            .collect())
    }

    /// Who wrote these comments, and who of those that are named in them is there. Reads profiles that are not kept.
    pub(super) async fn people_of(
        &self,
        comments: &[&StoredComment],
    ) -> Result<HashMap<UserId, ProfileSummary>> {
        let live = || comments.iter().filter(|comment| !comment.deleted);
        let named: Vec<UserId> = live()
            .flat_map(|comment| comment.mentions.iter().copied())
            .collect();
        let (mut people, authors) = try_join!(
            self.access.known(&named),
            self.access.summaries(live().map(|comment| comment.author()))
        )?;
        people.extend(authors);
        Ok(people)
    }

    /// The comment, if the viewer may see it: what it is under is for them, and it is shown as a tombstone or by somebody to them.
    async fn shown(&self, id: CommentId, viewer: Option<UserId>) -> Result<Stored<StoredComment>> {
        let comment = store::comment(self.cloud.documents(), id)
            .await?
            .filter(|comment| comment.listed)
            .ok_or(Refusal::NotFound)?;
        let present = async {
            if comment.deleted {
                return Ok(true);
            }
            let standing = self.access.standing(comment.author_id, viewer).await?;
            Ok(!standing.absent())
        };
        let (_, present) = try_join!(self.access.require(comment.subject, viewer), present)?;
        if present {
            Ok(comment)
        } else {
            Err(Refusal::NotFound.into())
        }
    }
}

/// A comment without numbers.
pub(super) fn bare(comment: &StoredComment, people: &HashMap<UserId, ProfileSummary>) -> Comment {
    let author = people
        .get(&comment.author_id)
        .cloned()
        .unwrap_or_else(|| comment.author().summary());
    Comment {
        comment_id: comment.comment_id,
        subject: comment.subject,
        parent_comment_id: comment.parent(),
        author: (!comment.deleted).then_some(author),
        text: comment.text.clone(),
        mentions: comment
            .mentions
            .iter()
            .filter_map(|user| people.get(user).cloned())
            .collect(),
        deleted: comment.deleted,
        counters: contracts::resources::CommentCounters::default(),
        viewer: None,
        created_at: comment.created_at,
        edited_at: comment.edited_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewComment;
    use access::Author;
    use contracts::{PostId, Timestamp};

    #[test]
    fn a_tombstone_tells_nothing_of_its_author() {
        let author = Author {
            user_id: UserId::random(),
            username: "ann".to_owned(),
        };
        let new = NewComment::check("a secret", None).unwrap();
        let comment = new.write(
            Subject::Post(PostId::random()),
            &author,
            Vec::new(),
            Timestamp::EPOCH,
        );
        let people = HashMap::from([(author.user_id, author.summary())]);
        assert_eq!(bare(&comment, &people).author, Some(author.summary()));
        assert_eq!(
            bare(&comment, &HashMap::new()).author,
            Some(author.summary()),
            "no profile yet"
        );
        let json = serde_json::to_string(&bare(&comment.tombstone(true), &people)).unwrap();
        assert!(!json.contains("ann") && !json.contains("secret"), "{json}");
    }
}
