//! `POST /api/auth/refresh`

use crate::model::{Account, Refresh, RefreshToken, Session};
use crate::state::Auth;
use crate::store;
use axum::extract::State;
use contracts::Refusal;
use contracts::events::identity::RevocationReason;
use contracts::resources::Tokens;
use runtime::{Body, Json, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is exchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Exchange {
    /// The refresh token of the last pair.
    #[schema(example = "krt_9QmHdUOe3qkUQxkNc8VhZ3o7rJm1b2Yp")]
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
    let (account, session, successor) = cloud::on_contention(|| rotate(&auth, &token)).await?;
    Ok(Json(auth.tokens(&account, &session, &successor)?))
}

/// The session with the successor in its place; or nothing, and the session's end, when the token was used before.
async fn rotate(auth: &Auth, token: &RefreshToken) -> cloud::Result<(Account, Session, RefreshToken)> {
    let documents = auth.cloud.documents();
    let stored = store::session(documents, token.session_id)
        .await?
        .ok_or_else(refused)?;
    let account = store::account(documents, stored.user_id)
        .await?
        .ok_or_else(refused)?
        .into_inner();
    let (now, successor) = (auth.now(), token.successor(&auth.refresh_key));
    match stored.judge(&token.hash(), account.epoch, now, auth.grace) {
        Refresh::Rotate => {
            let rotated = stored.rotated(&successor, now);
            auth.commit().update(&stored, &rotated).await?;
            Ok((account, rotated, successor))
        }
        Refresh::Repeat => Ok((account, stored.into_inner(), successor)),
        Refresh::Reused => {
            auth.end(&stored, RevocationReason::RefreshTokenReused).await?;
            Err(refused().into())
        }
        Refresh::Over => Err(refused().into()),
    }
}

fn refused() -> Refusal {
    Refusal::unauthenticated(
        "invalid_refresh_token",
        "the refresh token is not valid; sign in again",
    )
}
