//! `POST /api/auth/password/forgot`

use crate::codes::Wanted;
use crate::model::{Code, Purpose, check_email, fold};
use crate::state::Auth;
use crate::store;
use axum::extract::State;
use axum::http::StatusCode;
use contracts::{Check, Refusal};
use runtime::{Body, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// Who forgot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Forgotten {
    /// The address of the account.
    #[schema(example = "ann@example.com")]
    email: String,
}

/// Ask for a code to set a new password.
///
/// Always 202, whether there is such an account or not: nobody looks until the mail is sent, so the answer cannot tell. One code a minute;
/// asking more often changes nothing. One read, three writes.
#[utoipa::path(post, path = "/api/auth/password/forgot", tag = "auth", request_body = Forgotten,
    responses((status = 202), (status = 422)))]
pub(crate) async fn forgot_password(
    State(auth): State<Auth>,
    Body(forgotten): Body<Forgotten>,
) -> Result<StatusCode> {
    let mut check = Check::new();
    let email = fold(&check_email(&mut check, &forgotten.email));
    check.done()?;
    match cloud::on_contention(|| issue(&auth, &email)).await {
        Ok(()) | Err(cloud::Error::Refused(Refusal::TooMany { .. })) => Ok(StatusCode::ACCEPTED),
        Err(error) => Err(error.into()),
    }
}

/// A code for whoever has this address, should there be anybody: the letter's delivery finds out.
async fn issue(auth: &Auth, email: &str) -> cloud::Result<()> {
    let id = Code::id_of(Purpose::ResetPassword, email);
    let previous = store::code(auth.cloud.documents(), &id).await?;
    let wanted = Wanted {
        purpose: Purpose::ResetPassword,
        subject: email,
        user_id: None,
        to: email,
        about: None,
    };
    auth.with_code(auth.commit(), previous.as_ref(), wanted)?.await
}
