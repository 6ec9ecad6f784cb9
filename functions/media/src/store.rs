//! The collection of `media`.

use crate::model::StoredMedia;
use cloud::{Collection, Documents, Result, Stored};
use contracts::MediaId;

pub(crate) const MEDIA: Collection<StoredMedia> = Collection::new("media");

/// Media that one sweep takes from one shard at a time.
pub(crate) const DUE: usize = 100;

/// One media. One read.
pub(crate) async fn media(documents: &Documents, media_id: MediaId) -> Result<Option<Stored<StoredMedia>>> {
    documents.get(MEDIA, media_id).await
}
