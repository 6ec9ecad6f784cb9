//! `GET /api/comments/{commentId}/replies`

use crate::state::Posts;
use axum::extract::State;
use contracts::CommentId;
use contracts::resources::{Comment, Page};
use engagement::Sort;
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RepliesQuery {
    /// In which order.
    #[serde(default = "as_said")]
    #[param(inline, default = "oldest")]
    sort: Sort,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

/// A conversation is read in the order in which it was held.
const fn as_said() -> Sort {
    Sort::Oldest
}

/// The replies right under a comment.
///
/// Sorted and narrowed as the comments of a post. Reads as those, and the comment.
#[utoipa::path(get, path = "/api/comments/{commentId}/replies", tag = "comments", params(RepliesQuery),
    responses((status = 200, body = Page<Comment>)), security((), ("bearer" = [])))]
pub(crate) async fn list_replies(
    viewer: Viewer,
    Path(comment_id): Path<CommentId>,
    State(posts): State<Posts>,
    Query(query): Query<RepliesQuery>,
) -> Result<Json<Page<Comment>>> {
    let viewer = viewer.user_id();
    let scope = format!("replies:{comment_id}:{}", query.sort);
    let page = PageQuery::new(query.limit, query.cursor);
    let after = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let found = posts
        .engagement
        .replies(comment_id, viewer, query.sort, after, want)
        .await?;
    let page = page.page(&posts.context, &scope, found, |listed| listed.position)?;
    Ok(Json(posts.engagement.comment_page(page, viewer).await?))
}
