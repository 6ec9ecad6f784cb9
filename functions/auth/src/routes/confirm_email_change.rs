//! `POST /api/auth/email/change/confirm`

use crate::codes::invalid_code;
use crate::letters::post;
use crate::model::{Account, Code, Content, Letter, Purpose, email_key, fold};
use crate::state::Auth;
use crate::store::{self, CODES, EMAILS};
use crate::throttle::Throttle;
use axum::extract::State;
use contracts::{Refusal, resources};
use runtime::{Body, Caller, ClientIp, Json, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What proves that the new address is one's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddressProof {
    /// The six digits that were mailed to the new address.
    #[schema(example = "042137")]
    otp: String,
}

/// Take the new e-mail address.
///
/// With the code that was mailed there. The new address is confirmed with it; the old one gets a notice, is free for others, and opens this account no
/// more: a code to set a new password that was mailed there is over. 401 `invalid_token` when the session has ended meanwhile; 422 `invalid_code`, five
/// wrong tries end a code, and each further try waits longer: 429; 409 `email_taken`. Three reads, four writes, four deletes.
#[utoipa::path(post, path = "/api/auth/email/change/confirm", tag = "auth", request_body = AddressProof,
    responses((status = 200, body = resources::Account), (status = 409), (status = 422), (status = 429)),
    security(("bearer" = [])))]
pub(crate) async fn confirm_email_change(
    caller: Caller,
    ClientIp(ip): ClientIp,
    State(auth): State<Auth>,
    Body(proof): Body<AddressProof>,
) -> Result<Json<resources::Account>> {
    let keys = Throttle::keys("change-email", &caller.user_id.to_string(), ip);
    let changed = auth.guessing(&keys, async || {
        Ok(cloud::on_contention(|| take(&auth, &caller, &proof.otp)).await?)
    });
    Ok(Json(changed.await?.view()))
}

async fn take(auth: &Auth, caller: &Caller, otp: &str) -> cloud::Result<Account> {
    let documents = auth.cloud.documents();
    let (account, session) = futures::try_join!(
        store::account(documents, caller.user_id),
        store::session(documents, caller.session_id)
    )?;
    let over = |detail| Refusal::unauthenticated("invalid_token", detail);
    let account = account.ok_or_else(|| over("the account is gone"))?;
    // who knew a password that was changed since, and asked in time, has a token that is good for some minutes more
    let live = session.is_some_and(|session| session.is_live(account.epoch, auth.now()));
    if !live {
        return Err(over("the session has ended").into());
    }
    let subject = caller.user_id.to_string();
    let code = auth.proven_code(Purpose::ChangeEmail, &subject, otp).await?;
    let changed = Account {
        email: code.about.clone().ok_or_else(invalid_code)?,
        email_verified: true,
        ..(*account).clone()
    };
    let mut commit = auth.commit().update(&account, &changed).delete(&code);
    if email_key(&changed.email) != email_key(&account.email) {
        let taken = Refusal::conflict("email_taken", "there is an account with this e-mail address");
        commit = commit
            .remove(EMAILS, &account.email_claim().id)
            .create(EMAILS, &changed.email_claim())
            .otherwise(taken)
            .remove(CODES, &Code::id_of(Purpose::ResetPassword, &fold(&account.email)));
    }
    let user_id = Some(account.user_id);
    let notice = Content::EmailChanged;
    let notice = Letter::new(user_id, &account.email, notice, auth.now(), auth.letter_due);
    post(commit, &notice).await?;
    Ok(changed)
}
