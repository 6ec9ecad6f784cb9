//! `POST /api/auth/export`

use crate::model::Export;
use crate::state::Auth;
use crate::store::{self, EXPORTS};
use axum::extract::State;
use contracts::ExportId;
use contracts::events::accounts::ExportRequested;
use contracts::resources;
use runtime::{Caller, Created, Idempotency, NoBody, Result};

/// Ask for everything that is held about oneself.
///
/// Every function writes its part; together they become a ZIP of JSON files, which can be downloaded for a week. While one is put together, asking again
/// answers that one.
#[utoipa::path(post, path = "/api/auth/export", tag = "auth",
    responses((status = 201, body = resources::Export)), security(("bearer" = [])))]
pub(crate) async fn request_export(
    caller: Caller,
    State(auth): State<Auth>,
    idempotency: Idempotency,
    _: NoBody,
) -> Result<Created<resources::Export>> {
    if let Some(pending) = store::pending_export(auth.cloud.documents(), caller.user_id).await? {
        return Ok(at(&pending));
    }
    let now = auth.now();
    let until = now + auth.exports_kept;
    let export = Export::begun(
        ExportId::random(),
        caller.user_id,
        auth.holders.clone(),
        now,
        until,
    );
    let event = ExportRequested {
        export_id: export.export_id,
        user_id: caller.user_id,
    };
    let commit = auth.commit().create(EXPORTS, &export).emit(&event);
    Ok(commit.answer(idempotency.key(), at(&export)).await?)
}

fn at(export: &Export) -> Created<resources::Export> {
    Created::at(
        format!("/api/auth/export/{}", export.export_id),
        export.view(None),
    )
}
