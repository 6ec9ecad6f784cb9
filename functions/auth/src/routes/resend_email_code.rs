//! `POST /api/auth/email/resend`

use crate::codes::Wanted;
use crate::model::{Code, Purpose};
use crate::state::Auth;
use crate::store;
use axum::extract::State;
use axum::http::StatusCode;
use contracts::Refusal;
use runtime::{Caller, Result};

/// Mail the code that confirms the e-mail address again.
///
/// A new one, which ends the old one. 429 within 60 s of the last one; 409 `email_verified` when there is nothing to confirm. Two reads,
/// three writes.
#[utoipa::path(post, path = "/api/auth/email/resend", tag = "auth",
    responses((status = 202), (status = 409), (status = 429)), security(("bearer" = [])))]
pub(crate) async fn resend_email_code(caller: Caller, State(auth): State<Auth>) -> Result<StatusCode> {
    cloud::on_contention(|| resend(&auth, &caller)).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn resend(auth: &Auth, caller: &Caller) -> cloud::Result<()> {
    let documents = auth.cloud.documents();
    let account = store::account(documents, caller.user_id)
        .await?
        .ok_or_else(store::gone)?;
    if account.email_verified {
        return Err(Refusal::conflict("email_verified", "the address is confirmed already").into());
    }
    let subject = caller.user_id.to_string();
    let previous = store::code(documents, &Code::id_of(Purpose::VerifyEmail, &subject)).await?;
    let wanted = Wanted {
        purpose: Purpose::VerifyEmail,
        subject: &subject,
        user_id: Some(caller.user_id),
        to: &account.email,
        about: None,
    };
    auth.with_code(auth.commit(), previous.as_ref(), wanted)?.await
}
