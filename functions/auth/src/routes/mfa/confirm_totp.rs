//! `POST /api/auth/mfa/totp/confirm`

use crate::model::{Account, RECOVERY, RECOVERY_CODES, Totp, recovery_code, recovery_hash};
use crate::state::Auth;
use crate::throttle::Throttle;
use axum::extract::State;
use contracts::Refusal;
use runtime::{Body, Caller, ClientIp, Error, Json, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The first code of the app, or one that proves that its owner has it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Code {
    /// Six digits, or a recovery code.
    #[schema(example = "492039")]
    pub(super) otp: String,
}

/// What opens the account when the app is lost.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryCodes {
    /// Ten codes, each good once in the place of one of the app's. They are told once.
    #[schema(example = json!(["abcd-efgh-ijkl-mnop"]))]
    recovery_codes: Vec<String>,
}

/// Confirm the second factor with a first code.
///
/// From now on signing in needs a code. 401 `invalid_otp`; 409 `mfa_enabled` when it is confirmed already, `mfa_not_begun` when there is none; 429 after
/// wrong codes.
#[utoipa::path(post, path = "/api/auth/mfa/totp/confirm", tag = "auth", request_body = Code,
    responses((status = 200, body = RecoveryCodes), (status = 401), (status = 409), (status = 429)), security(("bearer" = [])))]
pub(crate) async fn confirm_totp(
    caller: Caller,
    State(auth): State<Auth>,
    ClientIp(ip): ClientIp,
    Body(code): Body<Code>,
) -> Result<Json<RecoveryCodes>> {
    let user = caller.user_id;
    let recovery_codes = recovery_codes()?;
    let hashes: Vec<String> = recovery_codes
        .iter()
        .map(|code| recovery_hash(user, code))
        .collect();
    let keys = Throttle::keys("otp", &user.to_string(), ip);
    auth.guessing(&keys, async || {
        auth.change_account(user, |account| {
            match &account.totp {
                None => {
                    return Err(Refusal::conflict("mfa_not_begun", "there is no second factor yet").into());
                }
                Some(totp) if totp.confirmed_at.is_some() => {
                    return Err(Refusal::conflict("mfa_enabled", "it is confirmed already").into());
                }
                Some(_) => {}
            }
            let account = auth.with_any_otp(account, &code.otp)?;
            let confirm = |totp| Totp {
                confirmed_at: Some(auth.now()),
                recovery: hashes.clone(),
                ..totp
            };
            Ok(Account {
                totp: account.totp.map(confirm),
                ..account
            })
        })
        .await
    })
    .await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

fn recovery_codes() -> Result<Vec<String>> {
    let code = |_| {
        let mut random = [0; RECOVERY];
        aws_lc_rs::rand::fill(&mut random).map_err(Error::failed)?;
        Ok(recovery_code(&random))
    };
    (0..RECOVERY_CODES).map(code).collect()
}
