//! A video as it is stored.

use super::Upload;
use cloud::Document;
use contracts::resources::{UploadStatus, VideoFailure, VideoRendition, VideoType, VideoVisibility};
use contracts::{Timestamp, UserId, Version, VideoId, pipeline};
use serde::{Deserialize, Serialize};

/// A time alone would be an index that rises at one place; a random shard stands before it.
pub(crate) const SHARDS: u8 = 4;

/// A video, in `videos`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Video {
    pub(crate) video_id: VideoId,
    pub(crate) user_id: UserId,
    pub(crate) r#type: VideoType,
    /// What the uploader said; the signed address holds them to it.
    pub(crate) content_type: String,
    /// Likewise.
    pub(crate) size_bytes: u64,
    /// Absent until the metadata came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) tags: Vec<String>,
    /// Never `processing`: an `uploaded` video whose job was heard of is shown as that.
    pub(crate) upload_status: UploadStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<VideoFailure>,
    /// Which of the object's generations it is made of; 0 before there are bytes.
    pub(crate) generation: i64,
    /// How often a job was started for this generation.
    pub(crate) runs: u32,
    /// What the job made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) made: Option<Made>,
    pub(crate) visibility: VideoVisibility,
    /// Which part of the sweep looks at it.
    pub(crate) shard: u8,
    /// When the sweep looks whether its job still lives; only while a job is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) processed_at: Option<Timestamp>,
    /// When it first was ready and titled: from then on everybody may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) version: Version,
}

/// What the job made of a video. Files are object names in the bucket of renditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    /// Seconds.
    pub(crate) duration: f64,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) aspect_ratio: String,
    pub(crate) hls_manifest: String,
    pub(crate) thumbnails: Vec<String>,
    /// Best first.
    pub(crate) renditions: Vec<VideoRendition>,
}

impl Document for Video {
    fn id(&self) -> String {
        self.video_id.to_string()
    }
}

impl Video {
    /// One that waits for its bytes.
    pub(crate) fn begun(video_id: VideoId, user_id: UserId, upload: &Upload, now: Timestamp) -> Self {
        Self {
            video_id,
            user_id,
            r#type: upload.r#type,
            content_type: upload.content_type.clone(),
            size_bytes: upload.size_bytes,
            title: None,
            description: None,
            tags: Vec::new(),
            upload_status: UploadStatus::Uploading,
            failure: None,
            generation: 0,
            runs: 0,
            made: None,
            visibility: VideoVisibility::Public,
            shard: video_id.as_bytes().iter().copied().fold(0, u8::wrapping_add) % SHARDS,
            due_at: None,
            created_at: now,
            updated_at: now,
            processed_at: None,
            published_at: None,
            version: Version::FIRST,
        }
    }

    /// The object that its bytes are put to.
    pub(crate) fn object(&self) -> String {
        self.video_id.to_string()
    }

    /// What the job is to do.
    pub(crate) fn order(&self) -> pipeline::Order {
        pipeline::Order {
            video_id: self.video_id,
            object: self.object(),
            generation: self.generation,
            kind: self.r#type,
        }
    }

    /// Whether it was begun for this upload.
    pub(crate) fn is_for(&self, upload: &Upload) -> bool {
        self.r#type == upload.r#type
            && self.content_type == upload.content_type
            && self.size_bytes == upload.size_bytes
    }

    /// Whether `viewer` may see it: everybody once it is published, its owner always.
    pub(crate) fn is_visible_to(&self, viewer: Option<UserId>) -> bool {
        self.published_at.is_some() || viewer == Some(self.user_id)
    }
}
