//! `DELETE /api/auth/sessions/{sessionId}`

use crate::state::Auth;
use crate::store;
use axum::extract::State;
use contracts::events::identity::RevocationReason;
use contracts::{Refusal, SessionId};
use runtime::{Caller, NoContent, Path, Result};

/// Sign a device out.
///
/// Its refresh token is refused from now on and its live connections are closed within a second. Doing it again is no error. One read, two
/// writes.
#[utoipa::path(delete, path = "/api/auth/sessions/{sessionId}", tag = "auth", params(("sessionId" = SessionId, Path)),
    responses((status = 204), (status = 404)), security(("bearer" = [])))]
pub(crate) async fn revoke_session(
    caller: Caller,
    Path(session_id): Path<SessionId>,
    State(auth): State<Auth>,
) -> Result<NoContent> {
    cloud::on_contention(|| async {
        let session = store::session(auth.cloud.documents(), session_id).await?;
        let session = session
            .filter(|session| session.user_id == caller.user_id)
            .ok_or(Refusal::NotFound)?;
        if session.open {
            auth.end(&session, RevocationReason::Revoked).await?;
        }
        Ok(())
    })
    .await?;
    Ok(NoContent)
}
