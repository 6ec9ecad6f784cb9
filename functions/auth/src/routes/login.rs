//! `POST /api/auth/login`

use crate::model::{Account, RefreshToken, Session};
use crate::secrets::Passwords;
use crate::state::Auth;
use crate::store::{self, SESSIONS};
use crate::throttle::Throttle;
use axum::extract::State;
use cloud::Stored;
use contracts::resources::Tokens;
use contracts::{Check, Refusal, SessionId};
use runtime::{Body, ClientIp, Json, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Credentials {
    /// The e-mail address or the username.
    #[schema(example = "ann")]
    identifier: String,
    /// The password.
    #[schema(example = "correct horse battery")]
    password: String,
    /// What the device is called in the list of sessions, up to 100 characters.
    #[serde(default)]
    device_name: Option<String>,
}

/// Sign in.
///
/// A wrong password and an unknown account answer alike: 401 `invalid_credentials`. After five failures within 15 minutes each try waits
/// longer: 429.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", request_body = Credentials,
    responses((status = 200, body = Tokens), (status = 401), (status = 429)))]
pub(crate) async fn login(
    State(auth): State<Auth>,
    ClientIp(ip): ClientIp,
    Body(credentials): Body<Credentials>,
) -> Result<Json<Tokens>> {
    let mut check = Check::new();
    let device = check.optional_text("/deviceName", credentials.device_name.as_deref(), 0..=100);
    check.rule(
        credentials.identifier.chars().count() <= 254,
        "/identifier",
        "too_long",
        "at most 254 characters",
    );
    check.rule(
        credentials.password.chars().count() <= 1024,
        "/password",
        "too_long",
        "at most 1024 characters",
    );
    check.done()?;

    let keys = Throttle::keys("login", &credentials.identifier, ip);
    auth.throttle.allow(&keys).await?;
    let Some(account) = proven(&auth, &credentials).await? else {
        auth.throttle.failed(&keys).await;
        return Err(
            Refusal::unauthenticated("invalid_credentials", "no account has this name and password").into(),
        );
    };
    auth.throttle.succeeded(&keys).await;

    let token = RefreshToken::first(SessionId::random());
    let session = Session::begin(&token, account.user_id, device, ip.to_string(), auth.now());
    let mut commit = auth.commit().create(SESSIONS, &session);
    if Passwords::outdated(&account.password_hash) {
        let password_hash = auth.passwords.hash(&credentials.password).await?;
        commit = commit.update(
            &account,
            &Account {
                password_hash,
                ..(*account).clone()
            },
        );
    }
    commit.await?;
    Ok(Json(auth.tokens(&account, &session, &token)?))
}

/// The account, if there is one and the password is its own. Takes as long either way.
async fn proven(auth: &Auth, credentials: &Credentials) -> Result<Option<Stored<Account>>> {
    let account = store::account_of(auth.cloud.documents(), &credentials.identifier).await?;
    let hash = account.as_ref().map(|account| account.password_hash.as_str());
    let right = auth.passwords.verify(&credentials.password, hash).await?;
    Ok(account.filter(|_| right))
}
