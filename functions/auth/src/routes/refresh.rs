//! `POST /api/auth/refresh`

use crate::model::{Refresh, RefreshToken, Session};
use crate::state::Auth;
use crate::store;
use axum::extract::State;
use cloud::Stored;
use contracts::Refusal;
use contracts::events::identity::{RevocationReason, SessionRevoked};
use contracts::resources::Tokens;
use runtime::{Body, Json, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is exchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Exchange {
    /// The refresh token of the last pair.
    refresh_token: String,
}

/// Exchange a refresh token for a new pair.
///
/// For 30 s the same token gives the same successor again (two tabs, a lost answer). After that its use is theft: the session ends, and
/// whoever holds a token of it must sign in again.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "auth", request_body = Exchange,
    responses((status = 200, body = Tokens), (status = 401)))]
pub(crate) async fn refresh(
    State(auth): State<Auth>,
    Body(exchange): Body<Exchange>,
) -> Result<Json<Tokens>> {
    let token = RefreshToken::read(&exchange.refresh_token, &auth.refresh_key).ok_or_else(refused)?;
    let (session, successor) = cloud::on_contention(|| rotate(&auth, &token)).await?;
    let account = store::account(auth.cloud.documents(), session.user_id)
        .await?
        .ok_or_else(refused)?;
    Ok(Json(auth.tokens(&account, &session, &successor)?))
}

/// The session with the successor in its place; or nothing, and the session's end, when the token was used before.
async fn rotate(auth: &Auth, token: &RefreshToken) -> cloud::Result<(Session, RefreshToken)> {
    let stored = store::session(auth.cloud.documents(), token.session_id)
        .await?
        .ok_or_else(refused)?;
    let (now, successor) = (auth.now(), token.successor(&auth.refresh_key));
    match stored.judge(&token.hash(), now, auth.grace) {
        Refresh::Rotate => {
            let rotated = stored.rotated(&successor, now);
            auth.commit().update(&stored, &rotated).await?;
            Ok((rotated, successor))
        }
        Refresh::Repeat => Ok((stored.into_inner(), successor)),
        Refresh::Reused => {
            revoke(auth, &stored, RevocationReason::RefreshTokenReused).await?;
            Err(refused().into())
        }
        Refresh::Over => Err(refused().into()),
    }
}

/// Ends a session: its tokens are refused from now on, its live connections closed.
pub(super) async fn revoke(
    auth: &Auth,
    session: &Stored<Session>,
    reason: RevocationReason,
) -> cloud::Result<()> {
    let event = SessionRevoked {
        user_id: session.user_id,
        session_id: session.session_id,
        reason,
    };
    auth.commit()
        .update(session, &session.revoked(auth.now()))
        .emit(&event)
        .end_session(session.session_id)
        .await
}

fn refused() -> Refusal {
    Refusal::unauthenticated(
        "invalid_refresh_token",
        "the refresh token is not valid; sign in again",
    )
}
