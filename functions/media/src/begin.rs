//! Beginning an upload.

use crate::model::{Begun, StoredMedia, Upload};
use crate::state::Library;
use crate::store::{self, MEDIA};
use cloud::{NewObject, SignedUpload, hash};
use contracts::{MediaId, Refusal, UserId};
use runtime::Idempotency;

/// Makes the record and signs the address. With an `Idempotency-Key` the id derives from it, so that a repetition finds the same media: the answer is a
/// secret and not kept, the address is signed anew. No read and one write; one read with a key, and no write at a repetition.
pub(crate) async fn begin(
    library: &Library,
    owner: UserId,
    idempotency: &Idempotency,
    upload: &Upload,
) -> cloud::Result<(StoredMedia, SignedUpload)> {
    let derived = idempotency
        .key()
        .map(|key| MediaId::from_bytes(hash::id_bytes(&[b"media", key.id.as_bytes()])));
    let media = match derived {
        Some(media_id) => cloud::on_contention(|| find_or_make(library, media_id, owner, upload)).await?,
        None => make(library, MediaId::random(), owner, upload).await?,
    };
    let new = NewObject {
        bucket: &library.uploads(),
        object: &media.upload,
        content_type: &upload.content_type,
        bytes: upload.size_bytes,
        resumable: upload.size_bytes > library.resumable_above,
    };
    let objects = library.cloud.objects();
    let signed = objects
        .sign_creation(new, library.now(), library.good_for)
        .await?;
    Ok((media, signed))
}

async fn find_or_make(
    library: &Library,
    media_id: MediaId,
    owner: UserId,
    upload: &Upload,
) -> cloud::Result<StoredMedia> {
    match store::media(library.cloud.documents(), media_id).await? {
        // a deleted one has forgotten its name
        Some(earlier) if earlier.is_for(upload) => Ok(earlier.into_inner()),
        Some(_) => Err(Refusal::unprocessable(
            "idempotency_key_reused",
            "this Idempotency-Key was used for another request",
        )
        .into()),
        None => make(library, media_id, owner, upload).await,
    }
}

async fn make(
    library: &Library,
    media_id: MediaId,
    owner_id: UserId,
    upload: &Upload,
) -> cloud::Result<StoredMedia> {
    let begun = Begun {
        media_id,
        owner_id,
        upload,
        token: &token(),
    };
    let media = StoredMedia::begun(begun, library.now(), &library.times);
    library.cloud.commit().save(MEDIA, None, &media).await?;
    Ok(media)
}

/// What nobody can guess of the public addresses: an id may be derived from what others know.
fn token() -> String {
    MediaId::random().to_string().replace('-', "")
}
