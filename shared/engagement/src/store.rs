//! The collections of the engine. Functions that mount it write them through it.

use crate::comments::{Position, Sort, StoredComment};
use crate::counters::Counters;
use crate::reactions::StoredReaction;
use cloud::{Collection, Counted, Direction, Documents, Query, Result, Stored};
use contracts::resources::ReactionType;
use contracts::{CommentId, Subject, Timestamp, UserId};

pub(crate) const COMMENTS: Collection<StoredComment> = Collection::new("comments");
pub(crate) const REACTIONS: Collection<StoredReaction> = Collection::new("reactions");
pub(crate) const COUNTERS: Collection<Counted<Counters>> = Collection::new("counters");

/// One comment, tombstones too. One read.
pub(crate) async fn comment(documents: &Documents, id: CommentId) -> Result<Option<Stored<StoredComment>>> {
    documents.get(COMMENTS, id).await
}

/// The comments of a thread that are shown. Reads `limit` documents; index `comments(thread, listed, createdAt)` in the direction asked for, or
/// `comments(thread, listed, rank)`.
pub(crate) fn thread(
    thread: Subject,
    sort: Sort,
    after: Option<&Position>,
    limit: usize,
) -> Query<StoredComment> {
    let (field, direction) = match sort {
        Sort::Newest => ("createdAt", Direction::Descending),
        Sort::Oldest => ("createdAt", Direction::Ascending),
        Sort::Top => ("rank", Direction::Descending),
    };
    let query = COMMENTS
        .query()
        .eq("thread", thread)
        .eq("listed", true)
        .order_by(field, direction)
        .limit(limit);
    match after {
        Some(after) => query.after(after.place, &after.id),
        None => query,
    }
}

/// One of the replies to `parent` that are shown. One read; index: the fields' own.
pub(crate) fn any_reply(parent: CommentId) -> Query<StoredComment> {
    COMMENTS
        .query()
        .eq("thread", Subject::Comment(parent))
        .eq("listed", true)
        .limit(1)
}

/// What the number of comments of `subject` is the count of. Index: the fields' own.
pub(crate) fn live_comments(subject: Subject) -> Query<StoredComment> {
    let field = match subject {
        Subject::Comment(_) => "thread",
        Subject::Post(_) | Subject::Video(_) | Subject::User(_) => "subject",
    };
    COMMENTS.query().eq(field, subject).eq("deleted", false)
}

/// What the number of reactions of a type is the count of. Index: the fields' own.
pub(crate) fn reactions_of(subject: Subject, r#type: ReactionType) -> Query<StoredReaction> {
    REACTIONS.query().eq("subject", subject).eq("type", r#type)
}

/// Who reacted to `subject`, with one type or any, newest first. Reads `limit` documents; index `reactions(subject, createdAt)` or
/// `reactions(subject, type, createdAt)`.
pub(crate) fn reactions_to(
    subject: Subject,
    r#type: Option<ReactionType>,
    after: Option<(Timestamp, UserId)>,
    limit: usize,
) -> Query<StoredReaction> {
    let query = match r#type {
        Some(r#type) => reactions_of(subject, r#type),
        None => REACTIONS.query().eq("subject", subject),
    };
    let query = query.order_by("createdAt", Direction::Descending).limit(limit);
    match after {
        Some((at, user)) => query.after(at, &reaction_id(subject, user)),
        None => query,
    }
}

/// One reaction a person and subject.
pub(crate) fn reaction_id(subject: Subject, user: UserId) -> String {
    format!("{subject}_{user}")
}
