//! `POST /api/profiles/me/follow-requests/{userId}/reject`

use crate::model::Wish;
use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use contracts::resources::ProfileViewer;
use runtime::{Caller, Json, NoBody, Path, Result};

/// Do not accept that somebody follows.
///
/// They are told of nothing, and may ask again. Rejecting again answers as the first time did; 404 for somebody who did not ask. Four reads; a write when
/// it changes anything.
#[utoipa::path(post, path = "/api/profiles/me/follow-requests/{userId}/reject", tag = "profiles",
    responses((status = 200, body = ProfileViewer), (status = 400), (status = 404)), security(("bearer" = [])))]
pub(crate) async fn reject_request(
    caller: Caller,
    Path(user_id): Path<UserId>,
    _: NoBody,
    State(profiles): State<Profiles>,
) -> Result<Json<ProfileViewer>> {
    Ok(Json(profiles.wish(&caller, user_id, Wish::Reject).await?))
}
