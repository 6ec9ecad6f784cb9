//! `GET /api/videos/{videoId}/stream`

use crate::state::Videos;
use axum::extract::State;
use contracts::resources::VideoStream;
use contracts::{Refusal, VideoId};
use runtime::{Json, Path, Result, Viewer};

/// Where to play a video from.
///
/// Its owner may play it before it is titled; 409 while it is not ready.
#[utoipa::path(get, path = "/api/videos/{videoId}/stream", tag = "videos",
    responses((status = 200, body = VideoStream), (status = 409)), security((), ("bearer" = [])))]
pub(crate) async fn stream_video(
    viewer: Viewer,
    Path(video_id): Path<VideoId>,
    State(videos): State<Videos>,
) -> Result<Json<VideoStream>> {
    let video = videos.visible(video_id, viewer.user_id()).await?;
    let stream = video.stream(|name| videos.url(name));
    let not_ready = || Refusal::conflict("not_ready", "the video is not ready to be played");
    Ok(Json(stream.ok_or_else(not_ready)?))
}
