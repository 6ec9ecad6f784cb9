//! `OBJECT_FINALIZE` of the bucket of uploads: bytes are all there, and are examined.

use crate::model::{Status, StoredMedia, registered};
use crate::places::{Place, Received};
use crate::removal;
use crate::settle::settle;
use crate::state::Library;
use crate::store::{self, MEDIA};
use contracts::Event;
use contracts::events::uploads::ObjectFinalized;
use runtime::Result;

/// An object is whole. Other buckets and other names are nobody's business here; bytes that nobody waits for (any more) are deleted. One read, and what
/// the examination costs.
pub(crate) async fn handle(event: Event<ObjectFinalized>, library: Library) -> Result<()> {
    let object = event.data;
    if object.bucket != library.uploads() {
        return Ok(());
    }
    let (Some(place), Ok(generation)) = (Place::of(&object.name), object.generation.parse()) else {
        tracing::warn!(object.name, object.generation, "an upload that is nobody's");
        return Ok(());
    };
    let media = match &place {
        Place::Signed(media_id) => {
            let stored = store::media(library.cloud.documents(), *media_id).await?;
            stored.map(cloud::Stored::into_inner)
        }
        Place::Received(received) => cloud::on_contention(|| take(&library, received, &object)).await?,
    };
    match media {
        Some(media) if media.status == Status::Pending => settle(&library, &media, generation).await?,
        media => {
            if let Some(media) = media.filter(|media| media.status == Status::Deleted) {
                // it may have been deleted while its bytes were examined, by a process that died then
                removal::objects(&library, &media).await?;
            }
            tracing::info!(media_id = %place.media_id(), "bytes that nobody waits for");
            let objects = library.cloud.objects();
            objects
                .delete(&library.uploads(), &object.name, Some(generation))
                .await?;
        }
    }
    Ok(())
}

/// The record of bytes that a function received with a form: it is made now, unless the event of what shows them was here first. None when the id is
/// that of other bytes, or their owner is erased. One read, one more when there is no record, and one write.
async fn take(
    library: &Library,
    received: &Received,
    object: &ObjectFinalized,
) -> cloud::Result<Option<StoredMedia>> {
    let stored = store::media(library.cloud.documents(), received.media_id).await?;
    if stored.is_none() && library.cloud.is_erased(received.owner).await? {
        return Ok(None);
    }
    let content_type = registered(&object.content_type);
    let size_bytes = object.size.parse().unwrap_or_default();
    let known = stored.as_deref().cloned();
    let known = known.unwrap_or_else(|| {
        let (now, times) = (library.now(), &library.times);
        StoredMedia::awaited(received.media_id, received.owner, now, times)
    });
    let Some(taken) = known.received(received, &object.name, &content_type, size_bytes) else {
        return Ok(None);
    };
    if stored.as_deref() != Some(&taken) {
        library
            .cloud
            .commit()
            .save(MEDIA, stored.as_ref(), &taken)
            .await?;
    }
    Ok(Some(taken))
}
