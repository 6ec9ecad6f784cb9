//! Walking the comments of a thread.
//!
//! By time, a comment's place never changes. Among the best it does, with every reaction and reply: so whoever walks them walks the order of the moment at
//! which they began, which their cursors carry, and Firestore answers as of that moment for an hour. What is shown is each comment as it is now. A walk
//! that takes longer than an hour goes on in the order of now: then a comment that moved meanwhile may come twice or not at all.

use super::StoredComment;
use crate::store::{self, COMMENTS};
use crate::{Engagement, Sort};
use cloud::{Moment, Result, Stored};
use contracts::{CommentId, Subject, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Where a comment stands in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    pub(crate) place: Place,
    pub(crate) id: CommentId,
    /// In the order of which moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moment: Option<Moment>,
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Place {
    Rank(i64),
    Time(Timestamp),
}

/// A comment in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The comment.
    pub comment: StoredComment,
    /// Where it stands.
    pub position: Position,
    /// It was read as of a moment that has passed.
    past: bool,
}

impl Engagement {
    /// The comments right under `thread` that are there for the viewer: `want` of them after a position. Reads them, and what is left out; in an order
    /// of a moment that has passed twice.
    pub(super) async fn walk(
        &self,
        thread: Subject,
        viewer: Option<UserId>,
        sort: Sort,
        after: Option<Position>,
        want: usize,
    ) -> Result<Vec<Listed>> {
        let read = |after, limit| self.stretch(thread, sort, after, limit);
        let keep = |listed| self.present(viewer, listed);
        access::filled(after, want, read, |listed: &Listed| listed.position, keep).await
    }

    async fn stretch(
        &self,
        thread: Subject,
        sort: Sort,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Listed>> {
        let documents = self.cloud.documents();
        let query = store::thread(thread, sort, after.as_ref(), limit);
        if sort != Sort::Top {
            let comments = documents.query(query).await?;
            return Ok(comments.into_iter().map(Listed::by_time).collect());
        }
        let began = after.and_then(|after| after.moment);
        let (comments, moment) = documents.query_at(query, began).await?;
        let listed = |comment| Listed::among_the_best(comment, moment, began.is_some());
        Ok(comments.into_iter().map(listed).collect())
    }

    /// Those that are still listed, as they are now, and whose author is somebody to the viewer. A tombstone has no author.
    async fn present(&self, viewer: Option<UserId>, mut listed: Vec<Listed>) -> Result<Vec<Listed>> {
        let past: Vec<CommentId> = listed
            .iter()
            .filter(|listed| listed.past)
            .map(|listed| listed.comment.comment_id)
            .collect();
        if !past.is_empty() {
            let now = self.cloud.documents().get_all(COMMENTS, &past).await?;
            let mut now = now.into_iter();
            listed.retain_mut(|listed| {
                if !listed.past {
                    return true;
                }
                let Some(comment) = now.next().flatten().filter(|comment| comment.listed) else {
                    return false;
                };
                listed.comment = comment.into_inner();
                true
            });
        }
        let author = |listed: &Listed| (!listed.comment.deleted).then_some(listed.comment.author_id);
        self.access.present(viewer, listed, author).await
    }
}

impl Listed {
    fn by_time(comment: Stored<StoredComment>) -> Self {
        Self {
            position: Position {
                place: Place::Time(comment.created_at),
                id: comment.comment_id,
                moment: None,
            },
            comment: comment.into_inner(),
            past: false,
        }
    }

    fn among_the_best(comment: Stored<StoredComment>, moment: Moment, past: bool) -> Self {
        Self {
            position: Position {
                place: Place::Rank(comment.rank),
                id: comment.comment_id,
                moment: Some(moment),
            },
            comment: comment.into_inner(),
            past,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_its_cursor() {
        let id = CommentId::random();
        for (place, moment) in [
            (Place::Rank(i64::MAX), Some(Moment::default())),
            (Place::Time(Timestamp::EPOCH), None),
        ] {
            let position = Position { place, id, moment };
            let json = serde_json::to_string(&position).unwrap();
            assert_eq!(serde_json::from_str::<Position>(&json).unwrap(), position);
        }
    }
}
