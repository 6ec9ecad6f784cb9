//! `DELETE /api/media/{mediaId}`

use crate::model::StoredMedia;
use crate::removal;
use crate::state::Library;
use crate::store::{self, MEDIA};
use axum::extract::State;
use contracts::{MediaId, Refusal, UserId};
use runtime::{Caller, IfMatch, NoContent, Path, Result};

/// Delete something that the caller uploaded, with all its sizes.
///
/// 409 `attached` while a post or a profile shows it. For a day, deleting it again answers as the first time.
#[utoipa::path(delete, path = "/api/media/{mediaId}", tag = "media",
    responses((status = 204), (status = 404), (status = 409), (status = 412)), security(("bearer" = [])))]
pub(crate) async fn delete_media(
    caller: Caller,
    Path(media_id): Path<MediaId>,
    if_match: IfMatch,
    State(library): State<Library>,
) -> Result<NoContent> {
    let delete = || delete(&library, caller.user_id, media_id, &if_match);
    let deleted = cloud::on_contention(delete).await?;
    // after every time: the first may have been interrupted here
    removal::objects(&library, &deleted).await?;
    Ok(NoContent)
}

/// One read and one write.
async fn delete(
    library: &Library,
    caller: UserId,
    media_id: MediaId,
    if_match: &IfMatch,
) -> cloud::Result<StoredMedia> {
    let stored = store::media(library.cloud.documents(), media_id).await?;
    let own = stored.filter(|media| media.owner_id == caller);
    let own = own.ok_or(Refusal::NotFound)?;
    let Some(deleted) = own.deleted(library.now(), &library.times)? else {
        return Ok(own.into_inner());
    };
    if_match.allows(own.version)?;
    library.cloud.commit().save(MEDIA, Some(&own), &deleted).await?;
    Ok(deleted)
}
