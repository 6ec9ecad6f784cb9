//! `POST` and `DELETE /api/profiles/{userId}/follow`

use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use contracts::resources::ProfileViewer;
use runtime::{Caller, Json, NoBody, NoContent, Path, Result};

/// Follow somebody.
///
/// Always 200 with how the two stand to each other: following is a state, not a thing with an address of its own, so doing it again answers as
/// the first time did. 422 `cannot_follow_self`.
#[utoipa::path(post, path = "/api/profiles/{userId}/follow", tag = "profiles",
    responses((status = 200, body = ProfileViewer), (status = 400), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn follow(
    caller: Caller,
    Path(user_id): Path<UserId>,
    _: NoBody,
    State(profiles): State<Profiles>,
) -> Result<Json<ProfileViewer>> {
    Ok(Json(profiles.follow(&caller, user_id).await?))
}

/// Follow somebody no longer.
///
/// 204, also for somebody who was not followed. 422 `cannot_follow_self`.
#[utoipa::path(delete, path = "/api/profiles/{userId}/follow", tag = "profiles",
    responses((status = 204), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn unfollow(
    caller: Caller,
    Path(user_id): Path<UserId>,
    State(profiles): State<Profiles>,
) -> Result<NoContent> {
    profiles.unfollow(caller.user_id, user_id).await?;
    Ok(NoContent)
}
