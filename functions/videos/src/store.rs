//! The collections of `videos`.

use crate::model::{GoneVideo, Video};
use cloud::{Collection, Documents, Result, Stored};
use contracts::VideoId;

pub(crate) const VIDEOS: Collection<Video> = Collection::new("videos");
pub(crate) const GONE: Collection<GoneVideo> = Collection::new("gone_videos");

/// How many of each kind one sweep takes of a shard.
pub(crate) const DUE: usize = 100;

/// One video. One read.
pub(crate) async fn video(documents: &Documents, video_id: VideoId) -> Result<Option<Stored<Video>>> {
    documents.get(VIDEOS, video_id).await
}
