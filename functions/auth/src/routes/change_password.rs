//! `POST /api/auth/password/change`

use crate::model::{Account, check_password};
use crate::state::Auth;
use crate::store;
use crate::throttle::Throttle;
use axum::extract::State;
use cloud::Stored;
use contracts::events::identity::RevocationReason;
use contracts::{Check, Refusal};
use runtime::{Body, Caller, ClientIp, NoContent, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// The password of now and the next.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangedPassword {
    /// The password of now.
    #[schema(example = "correct horse battery")]
    current_password: String,
    /// 8 to 128 characters; not a common one, and without username or e-mail address.
    #[schema(example = "another horse battery")]
    new_password: String,
}

/// Change the password.
///
/// Ends every other session. 403 `wrong_password`; each try after the fifth wrong one waits longer: 429.
#[utoipa::path(post, path = "/api/auth/password/change", tag = "auth", request_body = ChangedPassword,
    responses((status = 204), (status = 403), (status = 422), (status = 429)), security(("bearer" = [])))]
pub(crate) async fn change_password(
    caller: Caller,
    ClientIp(ip): ClientIp,
    State(auth): State<Auth>,
    Body(passwords): Body<ChangedPassword>,
) -> Result<NoContent> {
    let account = store::account(auth.cloud.documents(), caller.user_id)
        .await?
        .ok_or_else(store::gone)?;
    let mut check = Check::new();
    check_password(
        &mut check,
        "/newPassword",
        &passwords.new_password,
        &account.email,
        &account.username,
    );
    check.done()?;
    let keys = Throttle::keys("password", &caller.user_id.to_string(), ip);
    auth.confirm_password(&keys, &account, &passwords.current_password)
        .await?;

    let hash = auth.passwords.hash(&passwords.new_password).await?;
    cloud::on_contention(|| change(&auth, &caller, &account, &hash)).await?;
    auth.end_stale_now(caller.user_id, RevocationReason::PasswordChanged)
        .await;
    Ok(NoContent)
}

/// All sessions end but the caller's, which comes along to the account's new epoch.
async fn change(auth: &Auth, caller: &Caller, proven: &Stored<Account>, hash: &str) -> cloud::Result<()> {
    let documents = auth.cloud.documents();
    let account = store::account(documents, caller.user_id)
        .await?
        .filter(|account| account.password_hash == proven.password_hash)
        .ok_or_else(|| Refusal::denied("wrong_password", "the password has just changed"))?;
    let changed = Account {
        password_hash: Some(hash.to_owned()),
        ..(*account).clone()
    };
    let mut commit = auth.commit();
    if let Some(session) = store::session(documents, caller.session_id).await?
        && session.is_live(account.epoch, auth.now())
    {
        commit = commit.update(&session, &session.of_epoch(account.epoch.saturating_add(1)));
    }
    Auth::ending_all(commit, &account, changed, RevocationReason::PasswordChanged).await
}
