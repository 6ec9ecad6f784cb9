//! `POST /api/videos`

use crate::model::Metadata;
use crate::state::Videos;
use crate::store;
use axum::extract::State;
use contracts::resources::Video;
use contracts::{Refusal, UserId, VideoId};
use runtime::{Body, Caller, Created, Idempotency, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a video is called and said to be about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Described {
    /// The video, as `upload-url` named it.
    video_id: VideoId,
    /// 1 to 100 characters.
    #[schema(example = "A walk along the coast")]
    title: String,
    /// Up to 5,000 characters.
    #[serde(default)]
    #[schema(example = "From the lighthouse to the bay.")]
    description: Option<String>,
    /// Up to 30 of up to 50 characters.
    #[serde(default)]
    #[schema(example = json!(["coast"]))]
    tags: Vec<String>,
}

/// Give a video its title, before or after its bytes.
///
/// Once it is titled and ready, everybody may see it. The same again changes nothing; another title is 409.
#[utoipa::path(post, path = "/api/videos", tag = "videos", request_body = Described,
    responses((status = 201, body = Video), (status = 404), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn describe_video(
    caller: Caller,
    idempotency: Idempotency,
    State(videos): State<Videos>,
    Body(new): Body<Described>,
) -> Result<Created<Video>> {
    let metadata = Metadata::checked(&new.title, new.description.as_deref(), &new.tags)?;
    let write = || describe(&videos, caller.user_id, &idempotency, new.video_id, &metadata);
    Ok(cloud::on_contention(write).await?)
}

/// One read and one write.
async fn describe(
    videos: &Videos,
    caller: UserId,
    idempotency: &Idempotency,
    video_id: VideoId,
    metadata: &Metadata,
) -> cloud::Result<Created<Video>> {
    let stored = store::video(videos.cloud.documents(), video_id).await?;
    let own = stored.filter(|video| video.user_id == caller);
    let own = own.ok_or(Refusal::NotFound)?;
    let described = own.described(metadata, videos.now())?;
    let video = described.as_ref().unwrap_or(&own);
    let location = format!("/api/videos/{video_id}");
    let answer = Created::at(location, videos.view(video).await).version(video.version);
    match &described {
        Some(video) => videos.change(&own, video).answer(idempotency.key(), answer).await,
        None => Ok(answer),
    }
}
