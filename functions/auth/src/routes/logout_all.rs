//! `POST /api/auth/logout-all`

use crate::state::Auth;
use crate::store;
use axum::extract::State;
use contracts::events::identity::RevocationReason;
use runtime::{Caller, NoContent, Result};

/// Sign out on every device, this one too.
///
/// Every refresh token is refused from now on and all live connections are closed within a second. Doing it again is no error.
#[utoipa::path(post, path = "/api/auth/logout-all", tag = "auth", responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn logout_all(caller: Caller, State(auth): State<Auth>) -> Result<NoContent> {
    let reason = RevocationReason::LogoutAll;
    cloud::on_contention(|| async {
        let account = store::account(auth.cloud.documents(), caller.user_id)
            .await?
            .ok_or_else(store::gone)?;
        Auth::ending_all(auth.commit(), &account, (*account).clone(), reason).await
    })
    .await?;
    auth.end_stale_now(caller.user_id, reason).await;
    Ok(NoContent)
}
