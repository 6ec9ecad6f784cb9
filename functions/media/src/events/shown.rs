//! What is shown is kept.

use crate::model::StoredMedia;
use crate::state::Library;
use crate::store::{self, MEDIA};
use contracts::{MediaId, Subject, UserId};
use std::collections::BTreeSet;

/// Looks which of these media the subject shows now, whatever its event said: events come twice, late and out of order. Two reads and one write for
/// each. Every look is written, so that of two at a time the later one has seen what the other did, or looks again.
///
/// # Errors
/// Firestore is away.
pub(crate) async fn look_again(
    library: &Library,
    subject: Subject,
    owner: UserId,
    media: impl IntoIterator<Item = MediaId>,
) -> cloud::Result<()> {
    let media: BTreeSet<MediaId> = media.into_iter().collect();
    for media_id in media {
        cloud::on_contention(|| look(library, subject, owner, media_id)).await?;
    }
    Ok(())
}

async fn look(library: &Library, subject: Subject, owner: UserId, media_id: MediaId) -> cloud::Result<()> {
    // the order matters: first what may have changed meanwhile, then what decides
    let stored = store::media(library.cloud.documents(), media_id).await?;
    let is_shown = library.access.shown_by(subject).await?.contains(&media_id);
    let now = library.now();
    let known = match &stored {
        Some(stored) if stored.owner_id == owner => stored.clone().into_inner(),
        // came with the post itself, and the post's event is here before the notice of its bytes
        None if is_shown => StoredMedia::awaited(media_id, owner, now, &library.times),
        _ => return Ok(()),
    };
    let looked = known.shown(subject, is_shown, now, &library.times);
    library.cloud.commit().save(MEDIA, stored.as_ref(), &looked).await
}
