//! Access tokens: JWTs signed with ES256.

use super::Jwks;
use crate::config::Settings;
use crate::extract::Caller;
use cloud::Error;
use contracts::{Refusal, SessionId, Timestamp, UserId};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who signed it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// Who it is about.
    pub sub: UserId,
    /// The same as `sub`, for .NET clients.
    pub nameid: UserId,
    /// The session it belongs to.
    pub sid: SessionId,
    /// Its own id.
    pub jti: String,
    /// Seconds since 1970: when it was made.
    pub iat: i64,
    /// Seconds since 1970: until when it is good.
    pub exp: i64,
    /// Their username when it was made.
    pub username: String,
    /// What they may do beside their own things.
    pub roles: Vec<String>,
}

/// How far clocks may differ, in seconds.
const LEEWAY: u64 = 5;

/// Checks access tokens against the deployment's keys.
#[derive(Debug, Clone)]
pub struct AccessVerifier {
    jwks: Jwks,
    validation: Validation,
}

impl AccessVerifier {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[&settings.token_issuer]);
        validation.set_audience(&[&settings.token_audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = LEEWAY;
        Self {
            jwks: Jwks::new(settings.jwks_url.clone()).apart(settings.jwks_apart),
            validation,
        }
    }

    /// Who the token is about.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] when it is not ours, not good any more or from the future; [`Error::Unavailable`] when the keys cannot be fetched.
    pub async fn verify(&self, token: &str) -> Result<(Caller, Claims), Error> {
        let header = decode_header(token).map_err(|_| refused())?;
        let kid = header.kid.ok_or_else(refused)?;
        let key = self.jwks.key(&kid).await?.ok_or_else(refused)?;
        // the algorithm is the validation's, never the header's
        let claims = decode::<Claims>(token, &key.decoding, &self.validation)
            .map_err(|_| refused())?
            .claims;
        let now = contracts::Clock::system().now().as_seconds();
        if claims.iat > now.saturating_add(LEEWAY.cast_signed()) {
            return Err(refused().into());
        }
        let caller = Caller {
            user_id: claims.sub,
            session_id: claims.sid,
            username: claims.username.clone(),
            roles: claims.roles.clone(),
            token_expires: Timestamp::from_millis(claims.exp.saturating_mul(1000)),
        };
        Ok((caller, claims))
    }
}

fn refused() -> Refusal {
    Refusal::unauthenticated("invalid_token", "the access token is not valid")
}
