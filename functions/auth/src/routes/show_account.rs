//! `GET /api/auth/me`

use crate::state::Auth;
use crate::store;
use axum::extract::State;
use contracts::Refusal;
use contracts::resources::Account;
use runtime::{Caller, Json, Result};

/// The account as its owner sees it.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", responses((status = 200, body = Account)), security(("bearer" = [])))]
pub(crate) async fn show_account(caller: Caller, State(auth): State<Auth>) -> Result<Json<Account>> {
    let account = store::account(auth.cloud.documents(), caller.user_id).await?;
    let gone = || Refusal::unauthenticated("invalid_token", "the account is gone");
    Ok(Json(account.ok_or_else(gone)?.view()))
}
