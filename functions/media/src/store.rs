//! The collection of `media`.

use crate::model::StoredMedia;
use cloud::{Collection, Direction, Documents, Result, Stored};
use contracts::{MediaId, Timestamp};

pub(crate) const MEDIA: Collection<StoredMedia> = Collection::new("media");

/// Media that one sweep takes from one shard.
const BATCH: usize = 100;

/// One media. One read.
pub(crate) async fn media(documents: &Documents, media_id: MediaId) -> Result<Option<Stored<StoredMedia>>> {
    documents.get(MEDIA, media_id).await
}

/// Media of a shard that are due by `now`, longest due first. One read each; index `media(shard, dueAt)`.
pub(crate) async fn due(
    documents: &Documents,
    shard: u8,
    now: Timestamp,
) -> Result<Vec<Stored<StoredMedia>>> {
    let due = MEDIA.query().eq("shard", shard).at_most("dueAt", now);
    documents
        .query(due.order_by("dueAt", Direction::Ascending).limit(BATCH))
        .await
}
