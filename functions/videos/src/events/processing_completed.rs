//! `video.processing_completed`: the video is ready.

use crate::state::Videos;
use crate::store;
use contracts::events::videos::ProcessingCompleted;
use contracts::hub::VideoProcessingCompleted;
use contracts::{Audience, Event};
use runtime::Result;

/// A job has made a video. Only the first word about a generation counts. What was made of a video that is gone is
/// deleted. One read and one write.
pub(crate) async fn handle(event: Event<ProcessingCompleted>, videos: Videos) -> Result<()> {
    Ok(cloud::on_contention(|| completed(&videos, &event.data)).await?)
}

async fn completed(videos: &Videos, event: &ProcessingCompleted) -> cloud::Result<()> {
    let Some(stored) = store::video(videos.cloud.documents(), event.video_id).await? else {
        return videos.erase_objects(event.video_id).await;
    };
    let Some(video) = stored.completed(event, videos.now()) else {
        return Ok(());
    };
    let told = VideoProcessingCompleted(videos.view(&video).await);
    videos
        .change(&stored, &video)
        .tell(Audience::User(video.user_id), &told)
        .await
}
