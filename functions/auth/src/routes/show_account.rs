//! `GET /api/auth/me`

use crate::state::Auth;
use crate::store;
use axum::extract::State;
use contracts::resources::Account;
use runtime::{Caller, Json, Result};

/// The account as its owner sees it.
///
/// What others see of somebody is their profile. One read.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", responses((status = 200, body = Account)), security(("bearer" = [])))]
pub(crate) async fn show_account(caller: Caller, State(auth): State<Auth>) -> Result<Json<Account>> {
    let account = store::account(auth.cloud.documents(), caller.user_id).await?;
    Ok(Json(account.ok_or_else(store::gone)?.view()))
}
