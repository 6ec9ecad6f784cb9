//! Bookmarks, pins, reposts.

use crate::model::{Bookmark, Pin, Repost, of_user};
use cloud::{Collection, Direction, Documents, Query, Result, Stored};
use contracts::{PostId, Timestamp, UserId};

pub(crate) const BOOKMARKS: Collection<Bookmark> = Collection::new("bookmarks");
pub(crate) const PINS: Collection<Pin> = Collection::new("pins");
pub(crate) const REPOSTS: Collection<Repost> = Collection::new("reposts");

/// Somebody's bookmark of a post. One read.
pub(crate) async fn bookmark(
    documents: &Documents,
    user: UserId,
    post: PostId,
) -> Result<Option<Stored<Bookmark>>> {
    documents.get(BOOKMARKS, of_user(user, post)).await
}

/// Whether somebody bookmarked each of `posts`, in their order. One read each, in one batch; none without a viewer.
pub(crate) async fn bookmarked(
    documents: &Documents,
    viewer: Option<UserId>,
    posts: &[PostId],
) -> Result<Vec<bool>> {
    let Some(viewer) = viewer else {
        return Ok(vec![false; posts.len()]);
    };
    let ids: Vec<String> = posts.iter().map(|post| of_user(viewer, *post)).collect();
    let found = documents.get_all(BOOKMARKS, &ids).await?;
    Ok(found.iter().map(Option::is_some).collect())
}

/// Somebody's bookmarks, the latest first, after a position. Reads `limit` documents; index `bookmarks(userId, createdAt desc)`.
pub(crate) fn bookmarks_of(
    user: UserId,
    after: Option<(Timestamp, PostId)>,
    limit: usize,
) -> Query<Bookmark> {
    let bookmarks = BOOKMARKS
        .query()
        .eq("userId", user)
        .order_by("createdAt", Direction::Descending)
        .limit(limit);
    match after {
        Some((at, post)) => bookmarks.after(at, &of_user(user, post)),
        None => bookmarks,
    }
}

/// Some bookmarks of a post. Reads `limit` documents; index: the field's own.
pub(crate) fn bookmarks_of_post(post: PostId, limit: usize) -> Query<Bookmark> {
    BOOKMARKS.query().eq("postId", post).limit(limit)
}

/// What somebody pinned. One read.
pub(crate) async fn pin(documents: &Documents, user: UserId) -> Result<Option<Stored<Pin>>> {
    documents.get(PINS, user).await
}

/// Somebody's repost of a post. One read.
pub(crate) async fn repost(
    documents: &Documents,
    user: UserId,
    post: PostId,
) -> Result<Option<Stored<Repost>>> {
    documents.get(REPOSTS, of_user(user, post)).await
}
