//! `POST /api/videos/{videoId}/comments`

use crate::state::{Videos, author};
use axum::extract::State;
use contracts::resources::Comment;
use contracts::{CommentId, Subject, VideoId};
use engagement::NewComment;
use runtime::{Body, Caller, Created, Idempotency, Path, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody wants to say about a video.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct VideoCommentText {
    /// 1 to 2,000 characters.
    #[schema(example = "what a wave")]
    text: String,
    /// The comment to reply to, to any depth.
    parent_comment_id: Option<CommentId>,
}

/// Comment on a video, or reply to a comment under it.
///
/// The comment itself is at `/api/comments/{commentId}` like every other. Reads as for a post.
#[utoipa::path(post, path = "/api/videos/{videoId}/comments", operation_id = "create_video_comment", tag = "comments", request_body = VideoCommentText,
    responses((status = 201, body = Comment), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn create_comment(
    caller: Caller,
    Path(video_id): Path<VideoId>,
    idempotency: Idempotency,
    State(videos): State<Videos>,
    Body(new): Body<VideoCommentText>,
) -> Result<Created<Comment>> {
    let new = NewComment::check(&new.text, new.parent_comment_id)?;
    let author = author(&caller);
    let created = videos.engagement.comment(
        Subject::Video(video_id),
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
