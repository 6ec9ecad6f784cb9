//! `POST /api/media/upload-url`

use crate::begin::begin;
use crate::state::Library;
use axum::extract::State;
use contracts::resources::{MediaKind, MediaUpload};
use runtime::{Body, Caller, Created, Idempotency, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody is about to upload.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewMedia {
    /// What it is.
    kind: MediaKind,
    /// The media type of the file; parameters are dropped. The bytes must be of this type.
    #[schema(example = "image/jpeg")]
    content_type: String,
    /// Its exact length.
    #[schema(example = 1_048_576, minimum = 1)]
    size_bytes: u64,
    /// What it is called, up to 255 characters: a file is downloaded under this name.
    #[serde(default)]
    #[schema(example = "coast.jpg")]
    file_name: Option<String>,
}

/// Begin an upload: where to send its bytes.
///
/// The address takes one object; it answers 412 when the bytes are there already. Then the bytes are looked at, and the media becomes `ready` or
/// `rejected`. The answer holds a secret and is never kept: the same `Idempotency-Key` gives the same media with a new address.
#[utoipa::path(post, path = "/api/media/upload-url", tag = "media", request_body = NewMedia,
    responses((status = 201, body = MediaUpload), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn begin_upload(
    caller: Caller,
    idempotency: Idempotency,
    State(library): State<Library>,
    Body(new): Body<NewMedia>,
) -> Result<Created<MediaUpload>> {
    let upload = library.policy.check(
        new.kind,
        &new.content_type,
        new.size_bytes,
        new.file_name.as_deref(),
    )?;
    let (media, signed) = begin(&library, caller.user_id, &idempotency, &upload).await?;
    let location = format!("/api/media/{}", media.media_id);
    let answer = MediaUpload {
        media_id: media.media_id,
        upload_url: signed.url,
        method: signed.method.to_owned(),
        headers: signed.headers,
        expires_at: signed.expires_at,
        public_url: library.access.media_url(&media.object()),
        path: media.upload,
        content_type: upload.content_type,
    };
    Ok(Created::at(location, answer))
}
