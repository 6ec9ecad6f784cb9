//! Who asks.

use super::context;
use crate::Error;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use contracts::{Refusal, SessionId, Timestamp, UserId};

/// Whoever asks, by a valid access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user_id: UserId,
    /// On which device.
    pub session_id: SessionId,
    /// Their username when the token was made.
    pub username: String,
    /// What they may do beside their own things.
    pub roles: Vec<String>,
    /// Until when the token is good.
    pub token_expires: Timestamp,
}

/// Whoever asks, if they say so. A token that is not valid is still refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer(pub Option<Caller>);

impl Viewer {
    /// Their id.
    pub fn user_id(&self) -> Option<UserId> {
        self.0.as_ref().map(|caller| caller.user_id)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let context = context(parts)?;
        let viewer = match token(&parts.headers, context.settings().behind_gateway)? {
            Some(token) => Self(Some(context.access().verify(token).await?.0)),
            None => Self(None),
        };
        parts.extensions.insert(viewer.clone());
        Ok(viewer)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Viewer(caller) = Viewer::from_request_parts(parts, state).await?;
        caller.ok_or_else(|| Refusal::unauthenticated("missing_token", "an access token is needed").into())
    }
}

/// The bearer token. Behind Google's API Gateway the caller's arrives under another name: `Authorization` is the gateway's own.
fn token(headers: &HeaderMap, behind_gateway: bool) -> Result<Option<&str>, Refusal> {
    let forwarded = behind_gateway
        .then(|| headers.get("x-forwarded-authorization"))
        .flatten();
    let header = if behind_gateway {
        forwarded
    } else {
        headers.get(axum::http::header::AUTHORIZATION)
    };
    let Some(header) = header else { return Ok(None) };
    bearer(header.to_str().unwrap_or_default())
        .map(Some)
        .ok_or_else(|| {
            Refusal::unauthenticated(
                "invalid_token",
                "the Authorization header is not of the form `Bearer TOKEN`",
            )
        })
}

/// The token of `Bearer TOKEN` (the scheme's case does not matter).
pub(crate) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}
