//! `POST /api/auth/mfa/totp`

use crate::model::{Account, SECRET, Totp, base32, totp_uri};
use crate::state::Auth;
use axum::extract::State;
use contracts::Refusal;
use runtime::{Caller, Error, Json, NoBody, Result};
use serde::Serialize;
use utoipa::ToSchema;

/// What an authenticator app needs to know.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Enrolment {
    /// The secret in base32, to be typed. It is told once.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// The same to be scanned, as a QR code.
    #[schema(
        example = "otpauth://totp/Kith:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kith&algorithm=SHA1&digits=6&period=30"
    )]
    otpauth_uri: String,
}

/// Begin with a second factor.
///
/// Nothing is asked for until a first code confirms that the app has the secret; until then another call gives another secret. 409 `mfa_enabled` when
/// there is a confirmed one: that must be removed first.
#[utoipa::path(post, path = "/api/auth/mfa/totp", tag = "auth",
    responses((status = 200, body = Enrolment), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn enrol_totp(
    caller: Caller,
    State(auth): State<Auth>,
    _: NoBody,
) -> Result<Json<Enrolment>> {
    let mut secret = [0; SECRET];
    aws_lc_rs::rand::fill(&mut secret).map_err(Error::failed)?;
    let sealed = auth.sealer.seal(caller.user_id, &secret).map_err(Error::failed)?;
    let account = auth
        .change_account(caller.user_id, |account| {
            if account.has_second_factor() {
                return Err(Refusal::conflict("mfa_enabled", "there is a second factor already").into());
            }
            Ok(Account {
                totp: Some(Totp::begun(sealed.clone())),
                ..account.clone()
            })
        })
        .await?;
    let secret = base32(&secret);
    Ok(Json(Enrolment {
        otpauth_uri: totp_uri(&auth.totp_issuer, &account.username, &secret),
        secret,
    }))
}
