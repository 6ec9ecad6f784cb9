//! Videos.

use crate::{Timestamp, UserId, VideoId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A long video or a short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VideoType {
    /// Up to four hours, any shape.
    LongForm,
    /// Up to 60 s, vertical.
    Short,
}

/// How far a video has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UploadStatus {
    /// Its bytes are awaited.
    Uploading,
    /// Its bytes are all there.
    Uploaded,
    /// A job works on it.
    Processing,
    /// It can be watched.
    Ready,
    /// It cannot be watched, and `failure` says why.
    Failed,
}

/// Who may see a video.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum VideoVisibility {
    /// Everybody.
    #[default]
    Public,
}

/// Why a video failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoFailure {
    /// For programs: stable, in snake case.
    #[schema(example = "not_a_video")]
    pub code: String,
    /// For the person who uploaded it.
    #[schema(example = "The file is a PNG image, not a video.")]
    pub detail: String,
}

/// One size of a video, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoRendition {
    /// By the short side: `1080p`.
    pub name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Peak bits per second, sound included.
    pub bandwidth: u64,
    /// Object name of its media playlist.
    pub playlist: String,
}

/// A video or short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Video {
    /// The video.
    pub video_id: VideoId,
    /// Whose video.
    pub user_id: UserId,
    /// 1 to 100 characters; absent until its metadata came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "A walk along the coast")]
    pub title: Option<String>,
    /// Up to 5,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "From the lighthouse to the bay.")]
    pub description: Option<String>,
    /// Up to 30.
    #[schema(example = json!(["coast"]))]
    pub tags: Vec<String>,
    /// Long or short.
    pub r#type: VideoType,
    /// Seconds; known when ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 12.5)]
    pub duration: Option<f64>,
    /// Pixels, upright; known when ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 1920)]
    pub width: Option<u32>,
    /// Pixels, upright; known when ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 1080)]
    pub height: Option<u32>,
    /// Width to height in smallest numbers; known when ready.
    #[schema(example = "16:9")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<String>,
    /// How far it has come.
    pub upload_status: UploadStatus,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<VideoFailure>,
    /// 0 to 100.
    #[schema(example = 100)]
    pub progress: u8,
    /// Address of each rendition's playlist by its name.
    #[schema(example = json!({ "720p": "https://cdn.example/kith-videos/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/720p/index.m3u8" }))]
    pub transcoded_urls: BTreeMap<String, String>,
    /// Address of the HLS master playlist; known when ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://cdn.example/kith-videos/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/master.m3u8")]
    pub hls_manifest_url: Option<String>,
    /// Address of the first thumbnail; known when ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "https://cdn.example/kith-videos/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/thumbnails/0.jpg"
    )]
    pub thumbnail_url: Option<String>,
    /// Addresses of pictures at 0, 25, 50 and 75 %.
    #[schema(example = json!(["https://cdn.example/kith-videos/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/thumbnails/0.jpg"]))]
    pub thumbnails: Vec<String>,
    /// Who may see it.
    pub visibility: VideoVisibility,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When processing ended well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processed_at: Option<Timestamp>,
    /// When others could first see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
}

/// Where to play a video from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoStream {
    /// The video.
    pub video_id: VideoId,
    /// Address of the HLS master playlist.
    #[schema(example = "https://cdn.example/kith-videos/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/master.m3u8")]
    pub hls_manifest_url: String,
    /// What can be chosen from, best first.
    pub qualities: Vec<VideoQuality>,
}

/// One size of a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoQuality {
    /// By the short side.
    #[schema(example = "720p")]
    pub name: String,
    /// Pixels.
    #[schema(example = 1280)]
    pub width: u32,
    /// Pixels.
    #[schema(example = 720)]
    pub height: u32,
    /// Peak bits per second, sound included.
    #[schema(example = 2_800_000)]
    pub bandwidth: u64,
    /// Address of its media playlist.
    #[schema(
        example = "https://cdn.example/kith-videos/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/720p/index.m3u8"
    )]
    pub url: String,
}

/// How the bytes of a new video are to be sent: as the body of a `method` to `uploadUrl` with exactly these headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoUpload {
    /// The video, which waits for its bytes.
    pub video_id: VideoId,
    /// A signed address, good for this video only. Whoever has it may upload.
    #[schema(
        example = "https://storage.googleapis.com/kith-video-uploads/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a?X-Goog-Signature=5c0f"
    )]
    pub upload_url: String,
    /// `PUT`.
    #[schema(example = "PUT")]
    pub method: String,
    /// Headers that must be sent as they are: type and length of the bytes are part of the signature.
    #[schema(example = json!({ "content-type": "video/mp4", "x-goog-content-length-range": "1048576,1048576" }))]
    pub headers: BTreeMap<String, String>,
    /// Until when the address is good.
    pub expires_at: Timestamp,
}
