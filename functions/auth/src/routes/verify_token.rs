//! `GET /api/auth/verify`

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::IntoResponse;
use contracts::{SessionId, Timestamp, UserId};
use runtime::{Caller, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// What a valid access token says.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verified {
    /// Who.
    user_id: UserId,
    /// On which device.
    session_id: SessionId,
    /// Their username when the token was made.
    #[schema(example = "ann")]
    username: String,
    /// What they may do beside their own things.
    #[schema(example = json!(["user"]))]
    roles: Vec<String>,
    /// Until when the token is good.
    expires_at: Timestamp,
}

/// Tell a reverse proxy who asks.
///
/// For `auth_request` of nginx, `ForwardAuth` of Traefik and their like: 200 with `X-User-Id`, `X-Session-Id`, `X-Username`, `X-Roles` (comma-separated)
/// and `X-Token-Expires`, or 401. It costs no read.
#[utoipa::path(get, path = "/api/auth/verify", tag = "auth", responses((status = 200, body = Verified)), security(("bearer" = [])))]
pub(crate) async fn verify_token(caller: Caller) -> impl IntoResponse {
    let verified = Verified {
        user_id: caller.user_id,
        session_id: caller.session_id,
        username: caller.username,
        roles: caller.roles,
        expires_at: caller.token_expires,
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let said = [
        ("x-user-id", verified.user_id.to_string()),
        ("x-session-id", verified.session_id.to_string()),
        ("x-username", verified.username.clone()),
        ("x-roles", verified.roles.join(",")),
        ("x-token-expires", verified.expires_at.to_string()),
    ];
    for (name, value) in said {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    (headers, Json(verified))
}
