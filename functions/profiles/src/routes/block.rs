//! `POST` and `DELETE /api/profiles/{userId}/block`

use crate::model::Wish;
use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use contracts::resources::ProfileViewer;
use runtime::{Caller, Json, NoBody, NoContent, Path, Result};

/// Block somebody.
///
/// Neither sees the other from then on, anywhere; what they followed of each other, or had asked to, has ended. Who is blocked may block too, and is told
/// of nothing. Blocking again answers as the first time did. 422 `cannot_block_self`. Four reads; three writes when it changes anything.
#[utoipa::path(post, path = "/api/profiles/{userId}/block", tag = "profiles",
    responses((status = 200, body = ProfileViewer), (status = 400), (status = 404), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn block(
    caller: Caller,
    Path(user_id): Path<UserId>,
    _: NoBody,
    State(profiles): State<Profiles>,
) -> Result<Json<ProfileViewer>> {
    Ok(Json(profiles.wish(&caller, user_id, Wish::Block).await?))
}

/// Block somebody no longer.
///
/// 204, also for somebody who was not blocked. What they followed of each other does not come back. 422 `cannot_block_self`. Four reads; three writes
/// when it changes anything.
#[utoipa::path(delete, path = "/api/profiles/{userId}/block", tag = "profiles",
    responses((status = 204), (status = 404), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn unblock(
    caller: Caller,
    Path(user_id): Path<UserId>,
    State(profiles): State<Profiles>,
) -> Result<NoContent> {
    profiles.wish(&caller, user_id, Wish::Unblock).await?;
    Ok(NoContent)
}
