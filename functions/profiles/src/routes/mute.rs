//! `POST` and `DELETE /api/profiles/{userId}/mute`

use crate::model::Wish;
use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use contracts::resources::ProfileViewer;
use runtime::{Caller, Json, NoBody, NoContent, Path, Result};

/// Mute somebody.
///
/// What they do is left out of the caller's feed, suggestions and notifications, and seen everywhere else; they are told of nothing. Muting again
/// answers as the first time did. 422 `cannot_mute_self`. Four reads; one write when it changes anything.
#[utoipa::path(post, path = "/api/profiles/{userId}/mute", tag = "profiles",
    responses((status = 200, body = ProfileViewer), (status = 400), (status = 404), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn mute(
    caller: Caller,
    Path(user_id): Path<UserId>,
    _: NoBody,
    State(profiles): State<Profiles>,
) -> Result<Json<ProfileViewer>> {
    Ok(Json(profiles.wish(&caller, user_id, Wish::Mute).await?))
}

/// Mute somebody no longer.
///
/// 204, also for somebody who was not muted. 422 `cannot_mute_self`. Four reads; one write when it changes anything.
#[utoipa::path(delete, path = "/api/profiles/{userId}/mute", tag = "profiles",
    responses((status = 204), (status = 404), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn unmute(
    caller: Caller,
    Path(user_id): Path<UserId>,
    State(profiles): State<Profiles>,
) -> Result<NoContent> {
    profiles.wish(&caller, user_id, Wish::Unmute).await?;
    Ok(NoContent)
}
