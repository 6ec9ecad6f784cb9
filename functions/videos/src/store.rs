//! The collections of `videos`.

use crate::model::{GoneVideo, Video};
use cloud::{Collection, Direction, Document, Documents, Result, Stored};
use contracts::{Timestamp, VideoId};

pub(crate) const VIDEOS: Collection<Video> = Collection::new("videos");
pub(crate) const GONE: Collection<GoneVideo> = Collection::new("gone_videos");

/// How many one sweep takes from one shard.
const BATCH: usize = 100;

/// One video. One read.
pub(crate) async fn video(documents: &Documents, video_id: VideoId) -> Result<Option<Stored<Video>>> {
    documents.get(VIDEOS, video_id).await
}

/// What of a collection is due in a shard by `now`, longest due first: videos whose job should have ended, and gone ones. One read each, one at least; index
/// `(shard, dueAt)`.
pub(crate) async fn due<T: Document>(
    documents: &Documents,
    collection: Collection<T>,
    shard: u8,
    now: Timestamp,
) -> Result<Vec<Stored<T>>> {
    let due = collection.query().eq("shard", shard).at_most("dueAt", now);
    documents
        .query(due.order_by("dueAt", Direction::Ascending).limit(BATCH))
        .await
}
