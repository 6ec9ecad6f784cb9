//! `DELETE /api/posts/{postId}/reactions` and `DELETE /api/comments/{commentId}/reactions`

use crate::state::Posts;
use axum::extract::State;
use contracts::{CommentId, PostId, Subject};
use runtime::{Caller, NoContent, Path, Result};

/// Take one's reaction to a post back.
///
/// 204, also when there is none. Reads the post and the reaction, and two writes when there is one.
#[utoipa::path(delete, path = "/api/posts/{postId}/reactions", tag = "reactions", responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn unreact_to_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
) -> Result<NoContent> {
    posts
        .engagement
        .unreact(Subject::Post(post_id), caller.user_id)
        .await?;
    Ok(NoContent)
}

/// Take one's reaction to a comment back.
///
/// 204, also when there is none. Reads the comment, what it is under and the reaction, and two writes when there is one.
#[utoipa::path(delete, path = "/api/comments/{commentId}/reactions", tag = "reactions", responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn unreact_to_comment(
    caller: Caller,
    Path(comment_id): Path<CommentId>,
    State(posts): State<Posts>,
) -> Result<NoContent> {
    posts
        .engagement
        .unreact(Subject::Comment(comment_id), caller.user_id)
        .await?;
    Ok(NoContent)
}
