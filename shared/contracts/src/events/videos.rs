//! Topic `videos`: the pipeline.

use crate::resources::{VideoFailure, VideoRendition};
use crate::{DomainEvent, UserId, VideoId};
use serde::{Deserialize, Serialize};

/// The bytes of a video are all there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadCompleted {
    /// The video.
    pub video_id: VideoId,
    /// Whose video.
    pub user_id: UserId,
    /// The generation of the uploaded object.
    pub generation: i64,
}

impl DomainEvent for UploadCompleted {
    const TYPE: &'static str = "video.upload_completed";
    const TOPIC: &'static str = "videos";
}

/// The job has made everything a player needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessingCompleted {
    /// The video.
    pub video_id: VideoId,
    /// Whose video.
    pub user_id: UserId,
    /// The generation of the object that was processed.
    pub generation: i64,
    /// Seconds.
    pub duration: f64,
    /// Pixels, upright.
    pub width: u32,
    /// Pixels, upright.
    pub height: u32,
    /// Width to height in smallest numbers, `16:9`.
    pub aspect_ratio: String,
    /// Object name of the HLS master playlist.
    pub hls_manifest: String,
    /// Object names of the four thumbnails.
    pub thumbnails: Vec<String>,
    /// What can be chosen from, best first.
    pub renditions: Vec<VideoRendition>,
}

impl DomainEvent for ProcessingCompleted {
    const TYPE: &'static str = "video.processing_completed";
    const TOPIC: &'static str = "videos";
}

/// The job could not make a video of what was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessingFailed {
    /// The video.
    pub video_id: VideoId,
    /// Whose video.
    pub user_id: UserId,
    /// The generation of the object that was processed.
    pub generation: i64,
    /// Why, for programs and for people.
    pub failure: VideoFailure,
}

impl DomainEvent for ProcessingFailed {
    const TYPE: &'static str = "video.processing_failed";
    const TOPIC: &'static str = "videos";
}

/// A video can be watched by others: it is ready, titled and not private.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoPublished {
    /// The video.
    pub video_id: VideoId,
    /// Whose video.
    pub user_id: UserId,
}

impl DomainEvent for VideoPublished {
    const TYPE: &'static str = "video.published";
    const TOPIC: &'static str = "videos";
}
