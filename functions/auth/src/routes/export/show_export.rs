//! `GET /api/auth/export/{exportId}`

use crate::state::Auth;
use crate::store::EXPORTS;
use axum::extract::State;
use contracts::resources;
use contracts::{ExportId, Refusal};
use runtime::{Caller, EXPORTS as BUCKET, Json, Path, Result};
use std::time::Duration;

/// How long an address is good.
const GOOD_FOR: Duration = Duration::from_mins(15);

/// See how far an export is, and where it can be downloaded.
///
/// Its address is good for a quarter of an hour, and signed anew each time. 404 for an export of somebody else. One read.
#[utoipa::path(get, path = "/api/auth/export/{exportId}", tag = "auth",
    params(("exportId" = ExportId, Path)), responses((status = 200, body = resources::Export), (status = 404)),
    security(("bearer" = [])))]
pub(crate) async fn show_export(
    caller: Caller,
    State(auth): State<Auth>,
    Path(export_id): Path<ExportId>,
) -> Result<Json<resources::Export>> {
    let export = auth.cloud.documents().get(EXPORTS, export_id).await?;
    let own = export.filter(|export| export.user_id == caller.user_id);
    let export = own.ok_or(Refusal::NotFound)?;
    let Some(generation) = export.generation else {
        return Ok(Json(export.view(None)));
    };
    let objects = auth.cloud.objects();
    let bucket = auth.cloud.bucket(BUCKET);
    let url = objects
        .sign_download(&bucket, &export.object(&export.archive), generation, GOOD_FOR)
        .await?;
    Ok(Json(export.view(Some(url))))
}
