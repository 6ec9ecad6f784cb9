//! `GET /api/comments/{commentId}/replies`

use crate::state::Posts;
use axum::extract::State;
use contracts::CommentId;
use contracts::resources::{Comment, Page};
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};

/// The replies to a comment, earliest first.
///
/// Reads what is shown and one more, the comment, its post, following when that decides, the viewer's reactions, and numbers and profiles when they are
/// not kept.
#[utoipa::path(get, path = "/api/comments/{commentId}/replies", tag = "comments", params(PageQuery),
    responses((status = 200, body = Page<Comment>)), security((), ("bearer" = [])))]
pub(crate) async fn list_replies(
    viewer: Viewer,
    Path(comment_id): Path<CommentId>,
    State(posts): State<Posts>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Comment>>> {
    let viewer = viewer.user_id();
    let scope = format!("replies:{comment_id}");
    let after = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let found = posts.engagement.replies(comment_id, viewer, after, want).await?;
    Ok(Json(posts.comment_page(&page, &scope, found, viewer).await?))
}
