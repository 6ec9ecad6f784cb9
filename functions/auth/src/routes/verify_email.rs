//! `POST /api/auth/email/verify`

use crate::model::{Account, Purpose};
use crate::state::Auth;
use crate::store;
use crate::throttle::Throttle;
use axum::extract::State;
use contracts::resources;
use runtime::{Body, Caller, ClientIp, Json, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What proves that an address is one's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EmailProof {
    /// The six digits that were mailed.
    #[schema(example = "042137")]
    otp: String,
}

/// Confirm the e-mail address.
///
/// With the code that registration mailed, or the last one asked for again. Doing it again is no error. 422 `invalid_code`; five wrong
/// tries end a code, and each further try waits longer: 429. Two reads, two writes.
#[utoipa::path(post, path = "/api/auth/email/verify", tag = "auth", request_body = EmailProof,
    responses((status = 200, body = resources::Account), (status = 422), (status = 429)), security(("bearer" = [])))]
pub(crate) async fn verify_email(
    caller: Caller,
    ClientIp(ip): ClientIp,
    State(auth): State<Auth>,
    Body(proof): Body<EmailProof>,
) -> Result<Json<resources::Account>> {
    let subject = caller.user_id.to_string();
    let keys = Throttle::keys("verify-email", &subject, ip);
    let verified = auth.guessing(&keys, async || {
        Ok(cloud::on_contention(|| verify(&auth, &caller, &subject, &proof.otp)).await?)
    });
    Ok(Json(verified.await?.view()))
}

async fn verify(auth: &Auth, caller: &Caller, subject: &str, otp: &str) -> cloud::Result<Account> {
    let account = store::account(auth.cloud.documents(), caller.user_id)
        .await?
        .ok_or_else(store::gone)?;
    if account.email_verified {
        return Ok(account.into_inner());
    }
    let code = auth.proven_code(Purpose::VerifyEmail, subject, otp).await?;
    let verified = Account {
        email_verified: true,
        ..(*account).clone()
    };
    auth.commit().update(&account, &verified).delete(&code).await?;
    Ok(verified)
}
