//! `GET /api/media/{mediaId}`

use crate::state::Library;
use crate::store;
use axum::extract::State;
use contracts::resources::Media;
use contracts::{MediaId, Refusal};
use runtime::{Caller, Path, Result, Tagged};

/// Something that the caller uploaded: how far it has come, its sizes and addresses.
///
/// Only its owner sees this; others see it where it is shown. One read.
#[utoipa::path(get, path = "/api/media/{mediaId}", tag = "media", responses((status = 200, body = Media)), security(("bearer" = [])))]
pub(crate) async fn show_media(
    caller: Caller,
    Path(media_id): Path<MediaId>,
    State(library): State<Library>,
) -> Result<Tagged<Media>> {
    let stored = store::media(library.cloud.documents(), media_id).await?;
    let own = stored.filter(|media| media.owner_id == caller.user_id);
    let own = own.ok_or(Refusal::NotFound)?;
    let view = own.view(|object| library.access.media_url(object));
    Ok(Tagged(own.version, view.ok_or(Refusal::NotFound)?))
}
