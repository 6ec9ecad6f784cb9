//! `PUT /api/comments/{commentId}`

use crate::state::Posts;
use axum::extract::State;
use contracts::CommentId;
use contracts::resources::Comment;
use engagement::NewComment;
use runtime::{Body, Caller, IfMatch, Path, Result, Tagged};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody wants to have said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CommentEdit {
    /// 1 to 2,000 characters.
    #[schema(example = "very nice")]
    text: String,
}

/// Change one's own comment.
///
/// The same text again changes nothing. Who is named now and was not before is told. 403 `not_the_author` for others who may see it.
///
/// At most eight reads: the comment and what it is under, how the caller stands to their owners, who is named; reaction and numbers for the answer.
#[utoipa::path(put, path = "/api/comments/{commentId}", tag = "comments", request_body = CommentEdit,
    responses((status = 200, body = Comment), (status = 403), (status = 412)), security(("bearer" = [])))]
pub(crate) async fn update_comment(
    caller: Caller,
    Path(comment_id): Path<CommentId>,
    if_match: IfMatch,
    State(posts): State<Posts>,
    Body(edit): Body<CommentEdit>,
) -> Result<Tagged<Comment>> {
    let new = NewComment::check(&edit.text, None)?;
    let (comment, version) = posts
        .engagement
        .edit_comment(comment_id, caller.user_id, &new, |version| {
            if_match.allows(version)
        })
        .await?;
    Ok(Tagged(version, comment))
}
