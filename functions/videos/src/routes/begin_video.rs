//! `POST /api/videos/upload-url`

use crate::begin::begin;
use crate::state::Videos;
use axum::extract::State;
use contracts::resources::{VideoType, VideoUpload};
use runtime::{Body, Caller, Created, Idempotency, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody is about to upload.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewVideo {
    /// The media type of the file; parameters are dropped.
    #[schema(example = "video/mp4")]
    content_type: String,
    /// Its exact length.
    #[schema(example = 1_048_576, minimum = 1)]
    size_bytes: u64,
    /// `long-form` when absent.
    #[serde(default = "long_form")]
    r#type: VideoType,
}

const fn long_form() -> VideoType {
    VideoType::LongForm
}

/// Begin a video: where to send its bytes.
///
/// The answer holds a secret and is never kept: the same `Idempotency-Key` gives the same video with a new address.
#[utoipa::path(post, path = "/api/videos/upload-url", tag = "videos", request_body = NewVideo,
    responses((status = 201, body = VideoUpload), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn begin_video(
    caller: Caller,
    idempotency: Idempotency,
    State(videos): State<Videos>,
    Body(new): Body<NewVideo>,
) -> Result<Created<VideoUpload>> {
    let upload = videos
        .policy
        .check(new.r#type, &new.content_type, new.size_bytes)?;
    begin(&videos, caller.user_id, &idempotency, &upload).await
}
