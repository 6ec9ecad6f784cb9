//! `GET /api/posts/{postId}/history`

use crate::model::StoredRevision;
use crate::state::Posts;
use crate::store;
use access::filled;
use axum::extract::State;
use contracts::resources::{Page, PostRevision};
use contracts::{PostId, Version};
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};

/// How a post was before its changes, the latest first.
///
/// What was said while the viewer could not have seen it stays unseen: a post that was private has no history of that time but for its author.
///
/// Reads what is shown and one more, the post, and how the viewer stands to its author when that is not kept.
#[utoipa::path(get, path = "/api/posts/{postId}/history", tag = "posts", params(PageQuery),
    responses((status = 200, body = Page<PostRevision>)), security((), ("bearer" = [])))]
pub(crate) async fn list_revisions(
    viewer: Viewer,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<PostRevision>>> {
    let viewer = viewer.user_id();
    let scope = format!("history:{post_id}");
    let after: Option<Version> = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let post = posts.visible(post_id, viewer).await?;
    let standing = posts.access.standing(post.author_id, viewer).await?;
    let documents = posts.cloud.documents();
    let found = filled(
        after,
        want,
        |after, limit| documents.query(store::revisions(post_id, after, limit)),
        |revision| revision.version,
        |mut revisions| {
            revisions.retain(|revision| standing.may_see(revision.visibility));
            std::future::ready(Ok(revisions))
        },
    )
    .await?;
    let page = page.page(&posts.context, &scope, found, |revision| revision.version)?;
    Ok(Json(Page {
        items: page.items.iter().map(|revision| view(&posts, revision)).collect(),
        next_cursor: page.next_cursor,
    }))
}

fn view(posts: &Posts, revision: &StoredRevision) -> PostRevision {
    PostRevision {
        text: revision.text.clone(),
        media: revision
            .media
            .iter()
            .map(|media| media.view(&posts.access))
            .collect(),
        visibility: revision.visibility,
        since: revision.since,
        until: revision.until,
    }
}
