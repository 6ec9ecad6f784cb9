//! Taking the bytes of media away.

use crate::model::StoredMedia;
use crate::state::Library;
use futures::future::try_join_all;

/// Deletes everything that may be stored of media: what arrived, and what is served. Deleting is free, and repeating it changes nothing.
///
/// # Errors
/// Cloud Storage is away.
pub(crate) async fn objects(library: &Library, media: &StoredMedia) -> cloud::Result<()> {
    let (uploads, public) = (library.uploads(), library.public());
    let arrived = (!media.upload.is_empty()).then(|| (&uploads, media.upload.clone()));
    let served = media.objects().into_iter().map(|name| (&public, name));
    let deletes = arrived
        .into_iter()
        .chain(served)
        .map(|(bucket, name)| async move { library.cloud.objects().delete(bucket, &name, None).await });
    try_join_all(deletes).await?;
    Ok(())
}
