//! Tokens of Google's services: Pub/Sub pushes and Cloud Scheduler.

use super::Jwks;
use crate::config::{OidcMode, Settings};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cloud::Error;
use contracts::{Clock, Refusal};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;

const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

#[derive(Debug, Clone, Deserialize)]
struct Claims {
    aud: String,
    email: String,
    #[serde(default)]
    email_verified: bool,
    exp: i64,
}

/// Checks that a push or a schedule comes from our own project's account.
#[derive(Debug, Clone)]
pub struct OidcVerifier {
    jwks: Jwks,
    mode: OidcMode,
    audience: String,
    account: String,
    validation: Validation,
}

impl OidcVerifier {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&ISSUERS);
        validation.set_audience(&[&settings.oidc_audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        Self {
            jwks: Jwks::new(settings.oidc_jwks_url.clone()),
            mode: settings.oidc_mode,
            audience: settings.oidc_audience.clone(),
            account: settings.oidc_account.clone(),
            validation,
        }
    }

    /// # Errors
    /// [`Refusal::Unauthenticated`] unless the token is our account's, for us and still good.
    pub(crate) async fn verify(&self, token: &str) -> Result<(), Error> {
        let claims = match self.mode {
            OidcMode::Verify => self.signed(token).await?,
            OidcMode::Iam => claims_of(token).ok_or_else(refused)?,
        };
        let good = claims.aud == self.audience
            && claims.email == self.account
            && claims.email_verified
            && claims.exp > Clock::system().now().as_seconds();
        if good { Ok(()) } else { Err(refused().into()) }
    }

    async fn signed(&self, token: &str) -> Result<Claims, Error> {
        let kid = decode_header(token)
            .ok()
            .and_then(|header| header.kid)
            .ok_or_else(refused)?;
        let key = self.jwks.key(&kid).await?.ok_or_else(refused)?;
        Ok(decode::<Claims>(token, &key.decoding, &self.validation)
            .map_err(|_| refused())?
            .claims)
    }
}

/// The claims of a token whose signature Cloud Run has already verified and removed.
fn claims_of(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn refused() -> Refusal {
    Refusal::unauthenticated(
        "invalid_token",
        "only Pub/Sub and Cloud Scheduler of this project may call this",
    )
}
