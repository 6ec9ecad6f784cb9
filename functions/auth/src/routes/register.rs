//! `POST /api/auth/register`

use super::change_username::username_taken;
use crate::codes::Wanted;
use crate::model::{Account, Purpose, RefreshToken, Session, check_email, check_password, check_username};
use crate::state::Auth;
use crate::store::{self, ACCOUNTS, EMAILS, SESSIONS, USERNAMES};
use axum::extract::State;
use contracts::events::identity::UserRegistered;
use contracts::resources::{Role, Tokens};
use contracts::{Check, Refusal, SessionId, UserId};
use runtime::{Body, ClientIp, Created, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewAccount {
    /// Unique, whatever the case.
    #[schema(example = "ann@example.com")]
    email: String,
    /// 3 to 30 of `a-z 0-9 _ .`, starting with a letter; unique, whatever the case.
    #[schema(example = "ann")]
    username: String,
    /// 8 to 128 characters; not a common one, and without username or e-mail address.
    #[schema(example = "correct horse battery")]
    password: String,
    /// 1 to 50 characters.
    #[schema(example = "Ann")]
    display_name: String,
}

/// Make an account and sign in.
///
/// A code that confirms the e-mail address is mailed. 409 `email_taken` or `username_taken`. The answer holds secrets, so it is never kept for an `Idempotency-Key`.
#[utoipa::path(post, path = "/api/auth/register", tag = "auth", request_body = NewAccount,
    responses((status = 201, body = Tokens), (status = 409)))]
pub(crate) async fn register(
    State(auth): State<Auth>,
    ClientIp(ip): ClientIp,
    Body(new): Body<NewAccount>,
) -> Result<Created<Tokens>> {
    let (email, username, display_name) = check(&new)?;
    let now = auth.now();
    let account = Account {
        user_id: UserId::random(),
        email,
        email_verified: false,
        username,
        display_name,
        password_hash: Some(auth.passwords.hash(&new.password).await?),
        totp: None,
        deactivated_at: None,
        epoch: 0,
        roles: vec![Role::User],
        created_at: now,
    };
    let token = RefreshToken::first(SessionId::random());
    let session = Session::begin(&token, account.user_id, None, ip.to_string(), account.epoch, now);

    let former = store::username_claim(auth.cloud.documents(), &account.username).await?;
    let former = former.filter(|claim| claim.is_free_to(account.user_id, now));
    let commit = auth
        .commit()
        .create(EMAILS, &account.email_claim())
        .otherwise(Refusal::conflict(
            "email_taken",
            "there is an account with this e-mail address",
        ))
        .save(USERNAMES, former.as_ref(), &account.username_claim())
        .otherwise(username_taken())
        .create(ACCOUNTS, &account)
        .create(SESSIONS, &session)
        .emit(&UserRegistered {
            user_id: account.user_id,
            username: account.username.clone(),
            display_name: account.display_name.clone(),
        });
    let subject = account.user_id.to_string();
    let wanted = Wanted {
        purpose: Purpose::VerifyEmail,
        subject: &subject,
        user_id: Some(account.user_id),
        to: &account.email,
        about: None,
    };
    auth.with_code(commit, None, wanted)?.await?;
    Ok(Created::at(
        "/api/auth/me".to_owned(),
        auth.tokens(&account, &session, &token)?,
    ))
}

fn check(new: &NewAccount) -> Result<(String, String, String), Refusal> {
    let mut check = Check::new();
    let email = check_email(&mut check, &new.email);
    let username = check_username(&mut check, &new.username);
    let display_name = check.text("/displayName", &new.display_name, 1..=50);
    check_password(&mut check, "/password", &new.password, &email, &username);
    check.done().map(|()| (email, username, display_name))
}
