//! Media: what people upload to show it somewhere.

use crate::{MediaId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What something uploaded is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A picture: shown in several sizes.
    Image,
    /// Anything else: kept as it is, to be downloaded.
    File,
}

/// How far something uploaded has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MediaStatus {
    /// Its bytes are awaited, or looked at.
    Pending,
    /// It can be shown.
    Ready,
    /// It is not what it was said to be, or cannot be read; `failure` says why. Its bytes are gone.
    Rejected,
}

/// Why something uploaded was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaFailure {
    /// For programs: stable, in snake case.
    #[schema(example = "not_the_type")]
    pub code: String,
    /// For the person who uploaded it.
    #[schema(example = "The file is a PDF document, not a PNG image.")]
    pub detail: String,
}

/// A smaller form of an image, in WebP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaVariant {
    /// Its address.
    #[schema(example = "https://cdn.example/kith-media/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/5c0f/320.webp")]
    pub url: String,
    /// Pixels.
    #[schema(example = 320)]
    pub width: u32,
    /// Pixels.
    #[schema(example = 240)]
    pub height: u32,
}

/// Something uploaded, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// The media.
    pub media_id: MediaId,
    /// What it is.
    pub kind: MediaKind,
    /// How far it has come.
    pub status: MediaStatus,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<MediaFailure>,
    /// What its uploader called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "coast.jpg")]
    pub file_name: Option<String>,
    /// Its media type: what was said while it is pending, what its bytes are from then on.
    #[schema(example = "image/jpeg")]
    pub content_type: String,
    /// Its bytes: those announced while it is pending, those served when it is ready.
    #[schema(example = 1_048_576)]
    pub size_bytes: u64,
    /// Where it will be served from; it answers 404 until the media is ready. Absent of a form's file that is still on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "https://cdn.example/kith-media/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/5c0f/original.jpg"
    )]
    pub public_url: Option<String>,
    /// Pixels, upright; of a ready image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 4032)]
    pub width: Option<u32>,
    /// Pixels, upright; of a ready image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 3024)]
    pub height: Option<u32>,
    /// What stands for it while it loads (<https://blurha.sh>); of a ready image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "LEHV6nWB2yk8pyo0adR*.7kCMdnj")]
    pub blurhash: Option<String>,
    /// Smaller ones, smallest first; none of a small image.
    pub variants: Vec<MediaVariant>,
    /// Something shows it. What nothing shows is deleted after a day.
    pub attached: bool,
    /// When its upload was begun.
    pub created_at: Timestamp,
}

/// How the bytes of something new are to be sent: as the body of a `method` to `uploadUrl` with exactly these headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaUpload {
    /// The media, which waits for its bytes.
    pub media_id: MediaId,
    /// A signed address, good for this one upload. Whoever has it may upload.
    #[schema(
        example = "https://storage.googleapis.com/kith-media-uploads/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a?X-Goog-Signature=5c0f"
    )]
    pub upload_url: String,
    /// `PUT`: the bytes are its body. `POST` (above 8 MB): it begins a resumable session, whose address comes as `Location` and takes the bytes by
    /// `PUT`, in as many parts as needed.
    #[schema(example = "PUT")]
    pub method: String,
    /// Headers that must be sent as they are: they are part of the signature.
    #[schema(example = json!({ "content-type": "image/jpeg", "x-goog-content-length-range": "1048576,1048576" }))]
    pub headers: BTreeMap<String, String>,
    /// Where the bytes go, within the bucket of uploads.
    #[schema(example = "7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a")]
    pub path: String,
    /// The media type that is bound: in lower case, without parameters.
    #[schema(example = "image/jpeg")]
    pub content_type: String,
    /// Until when the address is good.
    pub expires_at: Timestamp,
    /// Where it will be served from once it is ready.
    #[schema(
        example = "https://cdn.example/kith-media/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/5c0f/original.jpg"
    )]
    pub public_url: String,
}

/// Media as whatever shows it shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaView {
    /// The media.
    pub media_id: MediaId,
    /// What it is.
    pub r#type: MediaKind,
    /// The original, upright and without metadata.
    #[schema(
        example = "https://cdn.example/kith-media/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/5c0f/original.jpg"
    )]
    pub url: String,
    /// The original's media type.
    #[schema(example = "image/jpeg")]
    pub content_type: String,
    /// Pixels.
    #[schema(example = 4032)]
    pub width: u32,
    /// Pixels.
    #[schema(example = 3024)]
    pub height: u32,
    /// What stands for it while it loads (<https://blurha.sh>).
    #[schema(example = "LEHV6nWB2yk8pyo0adR*.7kCMdnj")]
    pub blurhash: String,
    /// Smaller ones in WebP, smallest first.
    pub variants: Vec<MediaVariant>,
    /// What it shows, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "A lighthouse at dawn")]
    pub alt: Option<String>,
}
