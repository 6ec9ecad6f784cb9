//! What is remembered of a video that is gone.

use super::video::SHARDS;
use cloud::Document;
use contracts::{Timestamp, VideoId};
use serde::{Deserialize, Serialize};

/// That there was a video, in `gone_videos`: a job may still be making objects of it, and die before anybody hears of them. Nothing tells whose it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GoneVideo {
    pub(crate) video_id: VideoId,
    /// Which part of the sweep looks at it.
    pub(crate) shard: u8,
    /// When the sweep deletes its objects once more: no job of it can be at work then.
    pub(crate) due_at: Timestamp,
}

impl GoneVideo {
    /// Of a video that is deleted now.
    pub(crate) fn new(video_id: VideoId, due_at: Timestamp) -> Self {
        Self {
            video_id,
            shard: video_id.as_bytes().iter().copied().fold(0, u8::wrapping_add) % SHARDS,
            due_at,
        }
    }
}

impl Document for GoneVideo {
    fn id(&self) -> String {
        self.video_id.to_string()
    }
}
