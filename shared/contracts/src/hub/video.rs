//! Hub `video`: processing is told to the uploader.

use super::{Hub, HubEvent};
use crate::VideoId;
use crate::resources::{Video, VideoFailure};
use serde::{Deserialize, Serialize};

/// `VideoProcessingProgress`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoProcessingProgress {
    /// The video.
    pub video_id: VideoId,
    /// 0 to 100.
    pub progress: u8,
}

impl HubEvent for VideoProcessingProgress {
    const HUB: Hub = Hub::Video;
    const NAME: &'static str = "VideoProcessingProgress";
}

/// `VideoProcessingCompleted`: the video as REST shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VideoProcessingCompleted(pub Video);

impl HubEvent for VideoProcessingCompleted {
    const HUB: Hub = Hub::Video;
    const NAME: &'static str = "VideoProcessingCompleted";
}

/// `VideoProcessingFailed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoProcessingFailed {
    /// The video.
    pub video_id: VideoId,
    /// Why, for programs and for people.
    pub failure: VideoFailure,
}

impl HubEvent for VideoProcessingFailed {
    const HUB: Hub = Hub::Video;
    const NAME: &'static str = "VideoProcessingFailed";
}
