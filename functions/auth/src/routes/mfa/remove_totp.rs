//! `DELETE /api/auth/mfa/totp`

use super::confirm_totp::Code;
use crate::model::Account;
use crate::state::Auth;
use crate::throttle::Throttle;
use axum::extract::State;
use runtime::{Body, Caller, ClientIp, NoContent, Result};

/// Do without the second factor.
///
/// With a code of it: 401 `invalid_otp`, 429 after wrong ones. When there is none it is no error.
#[utoipa::path(delete, path = "/api/auth/mfa/totp", tag = "auth", request_body = Code,
    responses((status = 204), (status = 401), (status = 429)), security(("bearer" = [])))]
pub(crate) async fn remove_totp(
    caller: Caller,
    State(auth): State<Auth>,
    ClientIp(ip): ClientIp,
    Body(code): Body<Code>,
) -> Result<NoContent> {
    let keys = Throttle::keys("otp", &caller.user_id.to_string(), ip);
    auth.guessing(&keys, async || {
        auth.change_account(caller.user_id, |account| {
            let account = auth.with_otp(account, Some(&code.otp))?;
            Ok(Account {
                totp: None,
                ..account
            })
        })
        .await
    })
    .await?;
    Ok(NoContent)
}
