//! What `media` answers.

mod begin_upload;
mod delete_media;
mod show_media;

use crate::state::Library;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of it.
pub(crate) fn all() -> OpenApiRouter<Library> {
    OpenApiRouter::new()
        .routes(routes!(begin_upload::begin_upload))
        .routes(routes!(show_media::show_media, delete_media::delete_media))
}
