//! `GET /api/posts/{postId}/comments`

use crate::state::Posts;
use axum::extract::State;
use contracts::resources::{Comment, Page};
use contracts::{PostId, Subject};
use engagement::Sort;
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommentsQuery {
    /// In which order.
    #[serde(default)]
    #[param(inline, default = "newest")]
    sort: Sort,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

/// The comments right under a post; replies are listed with their comment.
///
/// By `top`, the most reactions and replies first: every page of a walk shows the order of the moment at which it began, for an hour. Comments of people whom
/// the caller blocks, or who block the caller, are left out.
///
/// Reads what is shown and one more, what is left out, the post, how the caller stands to the authors, the viewer's reactions, and numbers and profiles when
/// they are not kept; by `top`, after the first page, the comments twice.
#[utoipa::path(get, path = "/api/posts/{postId}/comments", tag = "comments", params(CommentsQuery),
    responses((status = 200, body = Page<Comment>)), security((), ("bearer" = [])))]
pub(crate) async fn list_comments(
    viewer: Viewer,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
    Query(query): Query<CommentsQuery>,
) -> Result<Json<Page<Comment>>> {
    let viewer = viewer.user_id();
    let scope = format!("comments:{post_id}:{}", query.sort);
    let page = PageQuery::new(query.limit, query.cursor);
    let after = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let found = posts
        .engagement
        .comments(Subject::Post(post_id), viewer, query.sort, after, want)
        .await?;
    let page = page.page(&posts.context, &scope, found, |listed| listed.position)?;
    Ok(Json(posts.engagement.comment_page(page, viewer).await?))
}
