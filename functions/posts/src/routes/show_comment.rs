//! `GET /api/comments/{commentId}`

use crate::state::Posts;
use axum::extract::State;
use contracts::CommentId;
use contracts::resources::Comment;
use runtime::{Path, Result, Tagged, Viewer};

/// One comment. A deleted one with replies is a tombstone.
///
/// Two reads, following when that decides, the viewer's reaction, and number and profile when they are not kept.
#[utoipa::path(get, path = "/api/comments/{commentId}", tag = "comments",
    responses((status = 200, body = Comment)), security((), ("bearer" = [])))]
pub(crate) async fn show_comment(
    viewer: Viewer,
    Path(comment_id): Path<CommentId>,
    State(posts): State<Posts>,
) -> Result<Tagged<Comment>> {
    let (comment, version) = posts
        .engagement
        .comment_view(comment_id, viewer.user_id())
        .await?;
    Ok(Tagged(version, comment))
}
