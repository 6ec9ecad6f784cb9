//! Tokens of Google's services: Pub/Sub pushes and Cloud Scheduler.

use super::Jwks;
use crate::config::{OidcMode, Settings};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cloud::Error;
use contracts::{Clock, Refusal, Timestamp};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;

const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// How far ahead of ours Google's clock may be, in seconds: its own libraries allow as much.
const SKEW: i64 = 300;

/// What such a token says (<https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions#jwt>).
#[derive(Debug, Clone, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    email: String,
    #[serde(default)]
    email_verified: bool,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
}

/// Whose tokens are good here.
#[derive(Debug, Clone)]
struct Rule {
    audience: String,
    account: String,
}

impl Rule {
    /// Whether `claims` are those of our account, for us, and good at `now`. It holds in every mode.
    fn accepts(&self, claims: &Claims, now: Timestamp) -> bool {
        let now = now.as_seconds();
        let begun = |at: i64| at <= now.saturating_add(SKEW);
        ISSUERS.contains(&claims.iss.as_str())
            && claims.aud == self.audience
            && claims.email == self.account
            && claims.email_verified
            && claims.exp > now
            && begun(claims.iat)
            && claims.nbf.is_none_or(begun)
    }
}

/// Checks that a push or a schedule comes from our own project's account.
#[derive(Debug, Clone)]
pub struct OidcVerifier {
    jwks: Jwks,
    mode: OidcMode,
    rule: Rule,
    clock: Clock,
    /// The signature alone: what is said is judged by the rule.
    signature: Validation,
}

impl OidcVerifier {
    pub(crate) fn new(settings: &Settings) -> Self {
        let rule = Rule {
            audience: settings.oidc_audience.clone(),
            account: settings.oidc_account.clone(),
        };
        let jwks = Jwks::new(settings.oidc_jwks_url.clone());
        Self::with(jwks, settings.oidc_mode, rule, Clock::system())
    }

    fn with(jwks: Jwks, mode: OidcMode, rule: Rule, clock: Clock) -> Self {
        let mut signature = Validation::new(Algorithm::RS256);
        signature.validate_aud = false;
        signature.validate_exp = false;
        signature.required_spec_claims.clear();
        Self {
            jwks,
            mode,
            rule,
            clock,
            signature,
        }
    }

    /// Costs nothing once the keys are there.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] unless the token is our account's, for us and good now; [`Error::Unavailable`] when the keys cannot be fetched.
    pub(crate) async fn verify(&self, token: &str) -> Result<(), Error> {
        let claims = match self.mode {
            OidcMode::Verify => self.signed(token).await?,
            OidcMode::Iam => claims_of(token).ok_or_else(refused)?,
        };
        if self.rule.accepts(&claims, self.clock.now()) {
            Ok(())
        } else {
            Err(refused().into())
        }
    }

    async fn signed(&self, token: &str) -> Result<Claims, Error> {
        let header = decode_header(token).map_err(|_| refused())?;
        // before the keys are asked for: only RS256 is ever meant, whatever the header says
        let kid = header.kid.filter(|_| header.alg == Algorithm::RS256);
        let key = self.jwks.key(&kid.ok_or_else(refused)?).await?;
        let key = key.ok_or_else(refused)?;
        Ok(decode::<Claims>(token, &key.decoding, &self.signature)
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

#[cfg(test)]
mod tests;
