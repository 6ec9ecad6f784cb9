//! `POST /api/auth/login`

use crate::model::Account;
use crate::secrets::Passwords;
use crate::signing_in::SignIn;
use crate::state::Auth;
use crate::store;
use crate::throttle::Throttle;
use axum::extract::State;
use cloud::Stored;
use contracts::resources::Tokens;
use contracts::{Check, Refusal};
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
    #[schema(example = "a phone")]
    device_name: Option<String>,
    /// A code of the authenticator app, or a recovery code, when the account has a second factor.
    #[serde(default)]
    #[schema(example = "492039")]
    otp: Option<String>,
}

/// Sign in.
///
/// A wrong password and an unknown account answer alike: 401 `invalid_credentials`. An account with a second factor needs a
/// code too: 401 `otp_required` without one, `invalid_otp` when it is not good or was used before. After five failures within 15 minutes each try waits
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
    check.rule(
        credentials
            .otp
            .as_ref()
            .is_none_or(|otp| otp.chars().count() <= 40),
        "/otp",
        "too_long",
        "at most 40 characters",
    );
    check.done()?;

    let keys = Throttle::keys("login", &credentials.identifier, ip);
    let tokens = auth.guessing(&keys, async || {
        let account = proven(&auth, &credentials).await?;
        let rehashed = match &account.password_hash {
            Some(hash) if Passwords::outdated(hash) => {
                Some(auth.passwords.hash(&credentials.password).await?)
            }
            _ => None,
        };
        let how = SignIn {
            otp: credentials.otp.clone(),
            device_name: device,
            ip,
            rehashed,
        };
        auth.sign_in(account, &how).await
    });
    Ok(Json(tokens.await?))
}

/// The account, if there is one and the password is its own. Takes as long either way.
///
/// # Errors
/// 401 `invalid_credentials`.
async fn proven(auth: &Auth, credentials: &Credentials) -> Result<Stored<Account>> {
    let _place = auth.passwords.near_turn().await?;
    let account = store::account_of(auth.cloud.documents(), &credentials.identifier).await?;
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.as_deref());
    let right = auth.passwords.verify(&credentials.password, hash).await?;
    let unknown = || Refusal::unauthenticated("invalid_credentials", "no account has this name and password");
    Ok(account.filter(|_| right).ok_or_else(unknown)?)
}
