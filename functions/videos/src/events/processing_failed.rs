//! `video.processing_failed`: there will be no video of these bytes.

use crate::state::Videos;
use crate::store;
use contracts::events::videos::ProcessingFailed;
use contracts::hub::VideoProcessingFailed;
use contracts::{Audience, Event};
use runtime::Result;

/// A job could make no video, or was given up. Only the first word about a generation counts. What was made of a video that is gone is
/// deleted. One read and one write.
pub(crate) async fn handle(event: Event<ProcessingFailed>, videos: Videos) -> Result<()> {
    Ok(cloud::on_contention(|| failed(&videos, &event.data)).await?)
}

async fn failed(videos: &Videos, event: &ProcessingFailed) -> cloud::Result<()> {
    let Some(stored) = store::video(videos.cloud.documents(), event.video_id).await? else {
        return videos.erase_objects(event.video_id).await;
    };
    let Some(video) = stored.failed(event, videos.now()) else {
        return Ok(());
    };
    let told = VideoProcessingFailed {
        video_id: video.video_id,
        failure: event.failure.clone(),
    };
    videos
        .change(&stored, &video)
        .tell(Audience::User(video.user_id), &told)
        .await
}
