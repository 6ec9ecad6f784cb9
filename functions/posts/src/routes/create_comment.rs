//! `POST /api/posts/{postId}/comments`

use crate::state::{Posts, author};
use axum::extract::State;
use contracts::resources::Comment;
use contracts::{CommentId, PostId, Subject};
use engagement::NewComment;
use runtime::{Body, Caller, Created, Idempotency, Path, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody wants to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CommentText {
    /// 1 to 2,000 characters.
    #[schema(example = "nice")]
    text: String,
    /// The comment to reply to, to any depth.
    parent_comment_id: Option<CommentId>,
}

/// Comment on a post, or reply to a comment under it.
///
/// 403 `replies_limited` where the post's author said whose comments it takes.
///
/// At most five reads: the post, following when that decides, the parent, number and profile when they are not kept.
#[utoipa::path(post, path = "/api/posts/{postId}/comments", tag = "comments", request_body = CommentText,
    responses((status = 201, body = Comment), (status = 403), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn create_comment(
    caller: Caller,
    Path(post_id): Path<PostId>,
    idempotency: Idempotency,
    State(posts): State<Posts>,
    Body(new): Body<CommentText>,
) -> Result<Created<Comment>> {
    let new = NewComment::check(&new.text, new.parent_comment_id)?;
    let author = author(&caller);
    let created = posts.engagement.comment(
        Subject::Post(post_id),
        &author,
        new,
        idempotency.key(),
        |comment, version| {
            let location = format!("/api/comments/{}", comment.comment_id);
            Created::at(location, comment).version(version)
        },
    );
    Ok(created.await?)
}
