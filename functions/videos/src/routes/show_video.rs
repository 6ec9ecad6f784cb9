//! `GET /api/videos/{videoId}`

use crate::state::Videos;
use axum::extract::State;
use contracts::VideoId;
use contracts::resources::Video;
use runtime::{Path, Result, Tagged, Viewer};

/// A video or short.
///
/// Until it is ready and titled only its owner sees it.
#[utoipa::path(get, path = "/api/videos/{videoId}", tag = "videos", responses((status = 200, body = Video)), security((), ("bearer" = [])))]
pub(crate) async fn show_video(
    viewer: Viewer,
    Path(video_id): Path<VideoId>,
    State(videos): State<Videos>,
) -> Result<Tagged<Video>> {
    let video = videos.visible(video_id, viewer.user_id()).await?;
    Ok(Tagged(video.version, videos.view(&video).await))
}
