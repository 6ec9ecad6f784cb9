//! `DELETE /api/profiles/{userId}/follower`

use crate::model::Wish;
use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use runtime::{Caller, NoContent, Path, Result};

/// Remove a follower.
///
/// They follow no longer and are told of nothing; what they had asked is answered with no. 204, also for somebody who did not follow. 422
/// `cannot_remove_self`. Four reads; two writes when it changes anything.
#[utoipa::path(delete, path = "/api/profiles/{userId}/follower", tag = "profiles",
    responses((status = 204), (status = 404), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn remove_follower(
    caller: Caller,
    Path(user_id): Path<UserId>,
    State(profiles): State<Profiles>,
) -> Result<NoContent> {
    profiles.wish(&caller, user_id, Wish::Remove).await?;
    Ok(NoContent)
}
