//! `GET /api/auth/account/erasures/{erasureId}`

use crate::state::Auth;
use crate::store::ERASURES;
use axum::extract::State;
use contracts::resources::ErasureReport;
use contracts::{ErasureId, Refusal};
use runtime::{Json, Path, Result};

/// Tell what became of a deleted account.
///
/// Without a token: its owner has none any more. The id is a secret of theirs, and the report names nobody.
#[utoipa::path(get, path = "/api/auth/account/erasures/{erasureId}", tag = "auth",
    params(("erasureId" = ErasureId, Path)), responses((status = 200, body = ErasureReport), (status = 404)))]
pub(crate) async fn show_erasure(
    State(auth): State<Auth>,
    Path(erasure_id): Path<ErasureId>,
) -> Result<Json<ErasureReport>> {
    let erasure = auth.cloud.documents().get(ERASURES, erasure_id).await?;
    let erasure = erasure.ok_or(Refusal::NotFound)?;
    Ok(Json(erasure.report(|at| auth.retention.remains(at))))
}
