//! `POST /api/auth/account/delete`

use crate::leaving::Farewell;
use crate::state::Auth;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use contracts::resources::ErasureReport;
use runtime::{Body, Caller, ClientIp, Json, Result};

/// Delete one's account for good.
///
/// The account is gone at once, and every session of it ends. All that is held of its owner is erased within seconds or minutes, and once more after an
/// hour; the report tells when that is done, what was erased where, and what remains until when. Whoever has its id may read it: keep it, as nobody can
/// sign in any more.
#[utoipa::path(post, path = "/api/auth/account/delete", tag = "auth", request_body = Farewell,
    responses((status = 202, body = ErasureReport), (status = 401), (status = 403), (status = 429)), security(("bearer" = [])))]
pub(crate) async fn delete_account(
    caller: Caller,
    State(auth): State<Auth>,
    ClientIp(ip): ClientIp,
    Body(farewell): Body<Farewell>,
) -> Result<impl IntoResponse> {
    let erasure = auth.delete_own(&caller, &farewell, ip).await?;
    let report = erasure.report(|at| auth.retention.remains(at));
    let location = format!("/api/auth/account/erasures/{}", erasure.erasure_id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(report)))
}
