//! Pictures of a post.

use super::{MediaKind, MediaStatus, MediaVariant, MediaView};
use crate::MediaId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One picture of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostMedia {
    /// The uploaded media.
    pub media_id: MediaId,
    /// What it is.
    pub r#type: MediaKind,
    /// Whether it can be shown: what was uploaded with the post is looked at first, for seconds.
    pub status: MediaStatus,
    /// Where it is, upright and without metadata; when it is ready, as all that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "https://cdn.example/kith-media/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/5c0f/original.jpg"
    )]
    pub url: Option<String>,
    /// Its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "image/jpeg")]
    pub content_type: Option<String>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 4032)]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 3024)]
    pub height: Option<u32>,
    /// What stands for it while it loads (<https://blurha.sh>).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "LEHV6nWB2yk8pyo0adR*.7kCMdnj")]
    pub blurhash: Option<String>,
    /// Smaller ones in WebP, smallest first.
    #[serde(default)]
    pub variants: Vec<MediaVariant>,
    /// What it shows, in words; up to 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "the bay before sunrise")]
    pub alt: Option<String>,
}

impl PostMedia {
    /// One that is still looked at.
    pub const fn pending(media_id: MediaId, alt: Option<String>) -> Self {
        Self {
            media_id,
            r#type: MediaKind::Image,
            status: MediaStatus::Pending,
            url: None,
            content_type: None,
            width: None,
            height: None,
            blurhash: None,
            variants: Vec::new(),
            alt,
        }
    }
}

impl From<MediaView> for PostMedia {
    fn from(view: MediaView) -> Self {
        Self {
            media_id: view.media_id,
            r#type: view.r#type,
            status: MediaStatus::Ready,
            url: Some(view.url),
            content_type: Some(view.content_type),
            width: Some(view.width),
            height: Some(view.height),
            blurhash: Some(view.blurhash),
            variants: view.variants,
            alt: view.alt,
        }
    }
}
