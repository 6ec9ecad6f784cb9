//! The collection of `videos`.

use crate::model::Video;
use cloud::{Collection, Direction, Documents, Result, Stored};
use contracts::{Timestamp, VideoId};

pub(crate) const VIDEOS: Collection<Video> = Collection::new("videos");

/// Videos that one sweep takes from one shard.
const BATCH: usize = 100;

/// One video. One read.
pub(crate) async fn video(documents: &Documents, video_id: VideoId) -> Result<Option<Stored<Video>>> {
    documents.get(VIDEOS, video_id).await
}

/// Videos of a shard whose job should have ended by `now`, longest due first. One read each; index `videos(shard, dueAt)`.
pub(crate) async fn due(documents: &Documents, shard: u8, now: Timestamp) -> Result<Vec<Stored<Video>>> {
    let due = VIDEOS.query().eq("shard", shard).at_most("dueAt", now);
    documents
        .query(due.order_by("dueAt", Direction::Ascending).limit(BATCH))
        .await
}
