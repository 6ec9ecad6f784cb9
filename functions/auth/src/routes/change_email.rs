//! `POST /api/auth/email/change`

use crate::codes::Wanted;
use crate::model::{Code, Purpose, check_email};
use crate::state::Auth;
use crate::store;
use crate::throttle::Throttle;
use axum::extract::State;
use axum::http::StatusCode;
use contracts::{Check, Refusal};
use runtime::{Body, Caller, ClientIp, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// Where mail is to go from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewAddress {
    /// The new address.
    #[schema(example = "ann@new.example")]
    email: String,
    /// The password: an access token alone must not be enough.
    #[schema(example = "correct horse battery")]
    password: String,
}

/// Ask for another e-mail address.
///
/// A code is mailed to the new address; nothing changes before it comes back, and a new one ends the old one. Whether somebody else has the address is
/// told only to who can read its mail. 403 `wrong_password`; 429 within 60 s of the last mail, and after wrong passwords. Two reads, three writes.
#[utoipa::path(post, path = "/api/auth/email/change", tag = "auth", request_body = NewAddress,
    responses((status = 202), (status = 403), (status = 422), (status = 429)), security(("bearer" = [])))]
pub(crate) async fn change_email(
    caller: Caller,
    ClientIp(ip): ClientIp,
    State(auth): State<Auth>,
    Body(new): Body<NewAddress>,
) -> Result<StatusCode> {
    let account = store::account(auth.cloud.documents(), caller.user_id).await?;
    let account = account.ok_or_else(|| Refusal::unauthenticated("invalid_token", "the account is gone"))?;
    let mut check = Check::new();
    let email = check_email(&mut check, &new.email);
    check.rule(
        email != account.email,
        "/email",
        "unchanged",
        "this is the address already",
    );
    check.done()?;
    let keys = Throttle::keys("password", &caller.user_id.to_string(), ip);
    auth.confirm_password(&keys, &account, &new.password).await?;
    cloud::on_contention(|| issue(&auth, &caller, &email)).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn issue(auth: &Auth, caller: &Caller, email: &str) -> cloud::Result<()> {
    let subject = caller.user_id.to_string();
    let id = Code::id_of(Purpose::ChangeEmail, &subject);
    let previous = store::code(auth.cloud.documents(), &id).await?;
    let wanted = Wanted {
        purpose: Purpose::ChangeEmail,
        subject: &subject,
        user_id: Some(caller.user_id),
        to: email,
        about: Some(email),
    };
    auth.with_code(auth.commit(), previous.as_ref(), wanted)?.await
}
