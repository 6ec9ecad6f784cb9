//! `POST` and `DELETE /api/videos/{videoId}/reactions`

use crate::state::{Videos, author};
use axum::extract::State;
use contracts::resources::{Reaction, ReactionType};
use contracts::{Subject, VideoId};
use runtime::{Body, Caller, Created, Idempotency, NoContent, Path, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// How somebody reacts to a video.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewVideoReaction {
    /// How.
    r#type: ReactionType,
}

/// React to a video, or change the reaction: there is one a person.
///
/// Always 201, so that doing it again answers as the first time. Reads as for a post.
#[utoipa::path(post, path = "/api/videos/{videoId}/reactions", operation_id = "react_to_video", tag = "reactions", request_body = NewVideoReaction,
    responses((status = 201, body = Reaction), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn react(
    caller: Caller,
    Path(video_id): Path<VideoId>,
    idempotency: Idempotency,
    State(videos): State<Videos>,
    Body(new): Body<NewVideoReaction>,
) -> Result<Created<Reaction>> {
    let answer = |reaction| Created::at(format!("/api/videos/{video_id}/reactions"), reaction);
    let (subject, author) = (Subject::Video(video_id), author(&caller));
    let reacted = videos
        .engagement
        .react(subject, &author, new.r#type, idempotency.key(), answer);
    Ok(reacted.await?)
}

/// Take one's reaction to a video back.
///
/// 204, also when there is none. Reads the video and the reaction, and two writes when there is one.
#[utoipa::path(delete, path = "/api/videos/{videoId}/reactions", operation_id = "unreact_to_video", tag = "reactions", responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn unreact(
    caller: Caller,
    Path(video_id): Path<VideoId>,
    State(videos): State<Videos>,
) -> Result<NoContent> {
    let subject = Subject::Video(video_id);
    videos.engagement.unreact(subject, caller.user_id).await?;
    Ok(NoContent)
}
