//! `POST /api/auth/logout`

use crate::state::Auth;
use crate::store;
use axum::extract::State;
use contracts::events::identity::RevocationReason;
use runtime::{Caller, NoContent, Result};

/// End this session.
///
/// Its refresh token is refused from now on and its live connections are closed within a second. Doing it again is no error.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn logout(caller: Caller, State(auth): State<Auth>) -> Result<NoContent> {
    cloud::on_contention(|| async {
        match store::session(auth.cloud.documents(), caller.session_id).await? {
            Some(session) if session.revoked_at.is_none() => {
                auth.end(&session, RevocationReason::Logout).await
            }
            _ => Ok(()),
        }
    })
    .await?;
    Ok(NoContent)
}
