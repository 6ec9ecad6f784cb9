//! `DELETE /api/comments/{commentId}`

use crate::state::Posts;
use axum::extract::State;
use contracts::CommentId;
use runtime::{Caller, IfMatch, NoContent, Path, Result};

/// Delete a comment: one's own, or one under one's own post.
///
/// With replies under it it stays as a tombstone. Deleting it again answers as the first time. 403 `not_the_author` for others who may see it.
#[utoipa::path(delete, path = "/api/comments/{commentId}", tag = "comments",
    responses((status = 204), (status = 403), (status = 412)), security(("bearer" = [])))]
pub(crate) async fn delete_comment(
    caller: Caller,
    Path(comment_id): Path<CommentId>,
    if_match: IfMatch,
    State(posts): State<Posts>,
) -> Result<NoContent> {
    posts
        .engagement
        .delete_comment(comment_id, caller.user_id, |version| if_match.allows(version))
        .await?;
    Ok(NoContent)
}
