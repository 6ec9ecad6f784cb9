//! `POST /api/auth/password/reset`

use crate::codes::invalid_code;
use crate::model::{Account, Purpose, check_email, check_password, fold};
use crate::state::Auth;
use crate::store;
use crate::throttle::Throttle;
use axum::extract::State;
use contracts::events::identity::RevocationReason;
use contracts::{Check, UserId};
use runtime::{Body, ClientIp, NoContent, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new password, and what proves that one may set it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// The address that the code was mailed to.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The six digits.
    #[schema(example = "042137")]
    otp: String,
    /// 8 to 128 characters; not a common one, and without username or e-mail address.
    #[schema(example = "another horse battery")]
    new_password: String,
}

/// Set a new password with a code.
///
/// Ends every session. 422 `invalid_code`, the same whether the code is wrong, over, or never was, and whether there is such an
/// account or not; each try after the fifth waits longer: 429.
#[utoipa::path(post, path = "/api/auth/password/reset", tag = "auth", request_body = NewPassword,
    responses((status = 204), (status = 422), (status = 429)))]
pub(crate) async fn reset_password(
    State(auth): State<Auth>,
    ClientIp(ip): ClientIp,
    Body(new): Body<NewPassword>,
) -> Result<NoContent> {
    let mut check = Check::new();
    let email = fold(&check_email(&mut check, &new.email));
    check_password(&mut check, "/newPassword", &new.new_password, &email, "");
    check.done()?;

    let keys = Throttle::keys("reset-password", &email, ip);
    let owner = auth
        .guessing(&keys, async || {
            Ok(cloud::on_contention(|| reset(&auth, &email, &new)).await?)
        })
        .await?;
    auth.end_stale_now(owner, RevocationReason::PasswordChanged).await;
    Ok(NoContent)
}

/// Whose password is the new one now. Nothing is looked up of anybody before the code has proved itself.
async fn reset(auth: &Auth, email: &str, new: &NewPassword) -> cloud::Result<UserId> {
    let code = auth.proven_code(Purpose::ResetPassword, email, &new.otp).await?;
    let account = store::account_of(auth.cloud.documents(), email)
        .await?
        .ok_or_else(invalid_code)?;
    let mut check = Check::new();
    check_password(
        &mut check,
        "/newPassword",
        &new.new_password,
        email,
        &account.username,
    );
    check.done()?;
    let hash = auth.passwords.hash(&new.new_password).await?;
    let changed = Account {
        password_hash: Some(hash),
        ..(*account).clone()
    };
    let commit = auth.commit().delete(&code);
    Auth::ending_all(commit, &account, changed, RevocationReason::PasswordChanged).await?;
    Ok(account.user_id)
}
