//! `POST /api/auth/account/deactivate`

use crate::leaving::Farewell;
use crate::state::Auth;
use axum::extract::State;
use runtime::{Body, Caller, ClientIp, NoContent, Result};

/// Hide oneself.
///
/// The profile and all that is theirs is hidden from everybody, and every session ends. Signing in within 30 days restores it all; after that it is
/// erased.
#[utoipa::path(post, path = "/api/auth/account/deactivate", tag = "auth", request_body = Farewell,
    responses((status = 204), (status = 401), (status = 403), (status = 429)), security(("bearer" = [])))]
pub(crate) async fn deactivate_account(
    caller: Caller,
    State(auth): State<Auth>,
    ClientIp(ip): ClientIp,
    Body(farewell): Body<Farewell>,
) -> Result<NoContent> {
    auth.deactivate(&caller, &farewell, ip).await?;
    Ok(NoContent)
}
