//! Pictures of a post.

use crate::MediaId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of media.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum PostMediaType {
    /// A picture.
    #[default]
    Image,
}

/// One picture of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostMedia {
    /// The uploaded media.
    pub media_id: MediaId,
    /// Where it is; absent while what was uploaded with the post is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://media.example.com/7b0f.webp")]
    pub url: Option<String>,
    /// What it is.
    pub r#type: PostMediaType,
    /// Pixels, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 1280)]
    pub width: Option<u32>,
    /// Pixels, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 720)]
    pub height: Option<u32>,
    /// What to show until it is loaded (`BlurHash`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "LEHV6nWB2yk8pyo0adR*.7kCMdnj")]
    pub blurhash: Option<String>,
    /// What is to be seen in it, for who does not see it; up to 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "the bay before sunrise")]
    pub alt: Option<String>,
}
