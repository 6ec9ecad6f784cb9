//! From bytes that arrived to media that are ready, or rejected.

use crate::examination::{Verdict, examine};
use crate::model::{Status, StoredMedia};
use crate::removal;
use crate::state::Library;
use crate::store::{self, MEDIA};
use cloud::{Commit, Stored, hash};
use contracts::events::media::{MediaRejected, MediaUploaded};
use contracts::resources::MediaFailure;

/// Examines the bytes of media that wait for them, says what came of it, and takes the bytes away. A doubled or late notice finds the bytes gone, or
/// the media settled, and changes nothing. Beside the objects one read and one write, and a write and a delete for the event.
pub(crate) async fn settle(library: &Library, media: &StoredMedia, generation: i64) -> cloud::Result<()> {
    let Some(verdict) = examine(library, media, generation).await? else {
        return Ok(());
    };
    cloud::on_contention(|| conclude(library, media, &verdict)).await?;
    let objects = library.cloud.objects();
    objects
        .delete(&library.uploads(), &media.upload, Some(generation))
        .await
}

async fn conclude(library: &Library, examined: &StoredMedia, verdict: &Verdict) -> cloud::Result<()> {
    let stored = store::media(library.cloud.documents(), examined.media_id).await?;
    let Some(stored) = stored.filter(|media| media.status != Status::Deleted) else {
        // deleted while it was examined: nothing of what was made may stay
        return removal::objects(library, examined).await;
    };
    match verdict {
        Verdict::Good(made) => match stored.readied(made, library.now(), &library.times) {
            Some(ready) => uploaded(library, &stored, &ready).await,
            None => Ok(()),
        },
        Verdict::Bad(failure) => reject(library, &stored, failure.clone()).await,
    }
}

fn uploaded(library: &Library, stored: &Stored<StoredMedia>, ready: &StoredMedia) -> Commit {
    let event = MediaUploaded {
        media_id: ready.media_id,
        owner_id: ready.owner_id,
        kind: ready.kind,
        image: ready.image.clone(),
    };
    let id = hash::event_id::<MediaUploaded>(&[ready.media_id.as_bytes()]);
    let commit = library.cloud.commit().save(MEDIA, Some(stored), ready);
    commit.emit_as(id, &event)
}

/// Says that media are not taken, unless they are settled already. One write, and a write and a delete for the event.
pub(crate) async fn reject(
    library: &Library,
    stored: &Stored<StoredMedia>,
    failure: MediaFailure,
) -> cloud::Result<()> {
    let Some(rejected) = stored.rejected(failure.clone(), library.now(), &library.times) else {
        return Ok(());
    };
    let event = MediaRejected {
        media_id: rejected.media_id,
        owner_id: rejected.owner_id,
        kind: rejected.kind,
        failure,
    };
    let id = hash::event_id::<MediaRejected>(&[rejected.media_id.as_bytes()]);
    let commit = library.cloud.commit().save(MEDIA, Some(stored), &rejected);
    commit.emit_as(id, &event).await
}
