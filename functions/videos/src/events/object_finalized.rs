//! `OBJECT_FINALIZE` of the bucket of uploads: the bytes of a video are all there, and its job is started.

use crate::state::Videos;
use crate::store;
use cloud::hash;
use contracts::events::uploads::ObjectFinalized;
use contracts::events::videos::UploadCompleted;
use contracts::{Event, VideoId, pipeline};
use runtime::Result;

/// An object is whole. Other buckets, other names, and generations that are known or older, are nobody's business here; the bytes of a video that is gone are
/// deleted. One read and one write.
pub(crate) async fn handle(event: Event<ObjectFinalized>, videos: Videos) -> Result<()> {
    let object = event.data;
    if object.bucket != videos.cloud.bucket(pipeline::UPLOADS) {
        return Ok(());
    }
    let (Ok(video_id), Ok(generation)) = (object.name.parse(), object.generation.parse()) else {
        tracing::warn!(object.name, object.generation, "an upload that is no video's");
        return Ok(());
    };
    Ok(cloud::on_contention(|| uploaded(&videos, video_id, generation)).await?)
}

async fn uploaded(videos: &Videos, video_id: VideoId, generation: i64) -> cloud::Result<()> {
    let Some(stored) = store::video(videos.cloud.documents(), video_id).await? else {
        tracing::info!(%video_id, "the bytes of a video that is gone");
        let (bucket, name) = (videos.cloud.bucket(pipeline::UPLOADS), video_id.to_string());
        let objects = videos.cloud.objects();
        return objects.delete(&bucket, &name, Some(generation)).await;
    };
    let Some(video) = stored.uploaded(generation, videos.now(), videos.patience) else {
        return Ok(());
    };
    let completed = UploadCompleted {
        video_id,
        user_id: video.user_id,
        generation,
    };
    let cause = [video_id.as_bytes().as_slice(), &generation.to_be_bytes()];
    let id = hash::event_id::<UploadCompleted>(&cause);
    let commit = videos.change(&stored, &video).emit_as(id, &completed);
    commit.run(Videos::run(&video)).await
}
