//! `GET /api/bookmarks`

use crate::model::{Bookmark, StoredPost};
use crate::state::Posts;
use crate::store;
use access::filled;
use axum::extract::State;
use cloud::Stored;
use contracts::resources::{Page, Post};
use contracts::{PostId, Timestamp, UserId};
use runtime::{Caller, Json, PageQuery, Query, Result};

/// A bookmark and its post, as far as that is there.
type Marked = (Stored<Bookmark>, Option<Stored<StoredPost>>);

/// The posts that the caller bookmarked, the latest bookmark first.
///
/// What is gone or out of sight is left out.
///
/// Reads bookmarks and posts: what is shown and one more, and as many as are left out; and what showing posts reads.
#[utoipa::path(get, path = "/api/bookmarks", tag = "posts", params(PageQuery),
    responses((status = 200, body = Page<Post>)), security(("bearer" = [])))]
pub(crate) async fn list_bookmarks(
    caller: Caller,
    State(posts): State<Posts>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Post>>> {
    let user = caller.user_id;
    let scope = format!("bookmarks:{user}");
    let after: Option<(Timestamp, PostId)> = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let posts = &posts;
    let found = filled(
        after,
        want,
        |after, limit| marked(posts, user, after, limit),
        |(bookmark, _)| (bookmark.created_at, bookmark.post_id),
        |marked| seen(posts, user, marked),
    )
    .await?;
    let page = page.page(&posts.context, &scope, found, |(bookmark, _)| {
        (bookmark.created_at, bookmark.post_id)
    })?;
    let shown: Vec<&StoredPost> = page
        .items
        .iter()
        .filter_map(|(_, post)| post.as_deref())
        .collect();
    Ok(Json(Page {
        items: posts.views(&shown, Some(user)).await?,
        next_cursor: page.next_cursor,
    }))
}

async fn marked(
    posts: &Posts,
    user: UserId,
    after: Option<(Timestamp, PostId)>,
    limit: usize,
) -> cloud::Result<Vec<Marked>> {
    let documents = posts.cloud.documents();
    let bookmarks = documents.query(store::bookmarks_of(user, after, limit)).await?;
    let ids: Vec<PostId> = bookmarks.iter().map(|bookmark| bookmark.post_id).collect();
    let found = store::posts(documents, &ids).await?;
    Ok(bookmarks.into_iter().zip(found).collect())
}

/// Those whose posts are there for the user.
async fn seen(posts: &Posts, user: UserId, marked: Vec<Marked>) -> cloud::Result<Vec<Marked>> {
    let there = marked.iter().filter_map(|(_, post)| post.as_deref()).collect();
    let seen = posts.seen_by(Some(user), there).await?;
    let seen: Vec<PostId> = seen.into_iter().map(|post| post.post_id).collect();
    let mut marked = marked;
    marked.retain(|(bookmark, _)| seen.contains(&bookmark.post_id));
    Ok(marked)
}
