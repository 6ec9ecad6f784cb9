//! Beginning an upload, the same for videos and shorts.

use crate::model::{Upload, Video};
use crate::state::Videos;
use crate::store::{self, VIDEOS};
use cloud::hash;
use contracts::resources::VideoUpload;
use contracts::{Refusal, UserId, VideoId, pipeline};
use runtime::{Created, Idempotency, Result};

/// Makes the video and signs the address. With an `Idempotency-Key` the video's id derives from it, so that a repetition finds the same video: the
/// answer is a secret and not kept, the address is signed anew. No read and one write; one read with a key, and no write at a repetition.
pub(crate) async fn begin(
    videos: &Videos,
    owner: UserId,
    idempotency: &Idempotency,
    upload: &Upload,
) -> Result<Created<VideoUpload>> {
    let derived = idempotency
        .key()
        .map(|key| VideoId::from_bytes(hash::id_bytes(&[b"video", key.id.as_bytes()])));
    let video = match derived {
        Some(video_id) => cloud::on_contention(|| find_or_make(videos, video_id, owner, upload)).await?,
        None => make(videos, VideoId::random(), owner, upload).await?,
    };
    let signed = videos
        .cloud
        .objects()
        .sign_upload(
            &videos.cloud.bucket(pipeline::UPLOADS),
            &video.object(),
            &upload.content_type,
            upload.size_bytes..=upload.size_bytes,
            videos.now(),
            videos.policy.good_for,
        )
        .await?;
    let answer = VideoUpload {
        video_id: video.video_id,
        upload_url: signed.url,
        method: signed.method.to_owned(),
        headers: signed.headers,
        expires_at: signed.expires_at,
    };
    Ok(Created::at(format!("/api/videos/{}", video.video_id), answer))
}

async fn find_or_make(
    videos: &Videos,
    video_id: VideoId,
    owner: UserId,
    upload: &Upload,
) -> cloud::Result<Video> {
    match store::video(videos.cloud.documents(), video_id).await? {
        Some(earlier) if earlier.is_for(upload) => Ok(earlier.into_inner()),
        Some(_) => Err(Refusal::unprocessable(
            "idempotency_key_reused",
            "this Idempotency-Key was used for another request",
        )
        .into()),
        None => make(videos, video_id, owner, upload).await,
    }
}

async fn make(videos: &Videos, video_id: VideoId, owner: UserId, upload: &Upload) -> cloud::Result<Video> {
    let video = Video::begun(video_id, owner, upload, videos.now());
    videos.cloud.commit().save(VIDEOS, None, &video).await?;
    Ok(video)
}
