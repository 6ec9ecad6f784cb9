//! `POST /api/videos/shorts/upload-url`

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
pub(crate) struct NewShort {
    /// The media type of the file; parameters are dropped.
    #[schema(example = "video/mp4")]
    content_type: String,
    /// Its exact length.
    #[schema(example = 1_048_576, minimum = 1)]
    size_bytes: u64,
}

/// Begin a short, vertical and at most a minute long: where to send its bytes.
///
/// The answer holds a secret and is never kept: the same `Idempotency-Key` gives the same short with a new address.
#[utoipa::path(post, path = "/api/videos/shorts/upload-url", tag = "videos", request_body = NewShort,
    responses((status = 201, body = VideoUpload), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn begin_short(
    caller: Caller,
    idempotency: Idempotency,
    State(videos): State<Videos>,
    Body(new): Body<NewShort>,
) -> Result<Created<VideoUpload>> {
    let upload = videos
        .policy
        .check(VideoType::Short, &new.content_type, new.size_bytes)?;
    begin(&videos, caller.user_id, &idempotency, &upload).await
}
