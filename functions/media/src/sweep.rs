//! What nothing shows is deleted; what was not heard of is looked for; what is deleted is forgotten.

use crate::model::{Due, SHARDS, StoredMedia};
use crate::state::Library;
use crate::store::{DUE, MEDIA};
use crate::{removal, settle};
use cloud::{Error, Stored};
use contracts::resources::MediaFailure;
use runtime::Result;

/// How many batches of one shard a run takes.
const BATCHES: usize = 10;

/// Every few minutes. One read and one write for each media that is due. What goes wrong with one holds up no other.
pub(crate) async fn run(library: Library) -> Result<()> {
    let mut failed = None;
    for shard in 0..SHARDS {
        for _ in 0..BATCHES {
            let due = MEDIA.due(shard, library.now(), DUE);
            let due = library.cloud.documents().query(due).await?;
            if due.is_empty() {
                break;
            }
            for media in due {
                match Box::pin(look_after(&library, &media)).await {
                    // somebody else has changed it: it is not due any more, or comes again
                    Ok(()) | Err(Error::Contention) => {}
                    Err(error) => {
                        tracing::warn!(media_id = %media.media_id, %error, "not swept");
                        failed = Some(error);
                    }
                }
            }
            if failed.is_some() {
                break;
            }
        }
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

async fn look_after(library: &Library, stored: &Stored<StoredMedia>) -> cloud::Result<()> {
    let commit = library.cloud.commit();
    match stored.due(library.now(), &library.times) {
        Due::Nothing => Ok(()),
        Due::Look(waits) => look(library, stored, waits).await,
        Due::Delete(deleted) => {
            commit.save(MEDIA, Some(stored), &deleted).await?;
            removal::objects(library, &deleted).await
        }
        Due::Forget => {
            removal::objects(library, stored).await?;
            commit.delete(stored).await
        }
    }
}

/// The notice of the upload may have been lost, or its examination may have broken down whenever it was tried: it is tried once more, and in the end given
/// up.
async fn look(
    library: &Library,
    stored: &Stored<StoredMedia>,
    waits: Option<StoredMedia>,
) -> cloud::Result<()> {
    let Some(waits) = waits else {
        removal::objects(library, stored).await?;
        let failure = MediaFailure {
            code: "never_arrived".to_owned(),
            detail: "The upload did not arrive in time, or could not be examined.".to_owned(),
        };
        return settle::reject(library, stored, failure).await;
    };
    library.cloud.commit().save(MEDIA, Some(stored), &waits).await?;
    if waits.upload.is_empty() {
        return Ok(());
    }
    let objects = library.cloud.objects();
    match objects.find(&library.uploads(), &waits.upload).await? {
        Some(found) => settle::settle(library, &waits, found.generation).await,
        None => Ok(()),
    }
}
