//! `POST` and `DELETE /api/profiles/{userId}/follow`

use crate::model::Wish;
use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use contracts::resources::{Bell, ProfileViewer};
use runtime::{Caller, Json, MayBody, NoContent, Path, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// How to follow.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewFollow {
    /// The bell: whether to be notified of what they publish. Left out: not, or as it was.
    notify: Option<Bell>,
}

/// Follow somebody, or ask to.
///
/// Always 200 with how the two stand to each other: following is a state, not a thing with an address of its own, so doing it again answers as
/// the first time did, and may change the bell. 422 `cannot_follow_self`. A private account is asked: `requested` until it accepts. Four reads; two writes when it changes anything.
#[utoipa::path(post, path = "/api/profiles/{userId}/follow", tag = "profiles", request_body = Option<NewFollow>,
    responses((status = 200, body = ProfileViewer), (status = 400), (status = 404), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn follow(
    caller: Caller,
    Path(user_id): Path<UserId>,
    State(profiles): State<Profiles>,
    MayBody(new): MayBody<NewFollow>,
) -> Result<Json<ProfileViewer>> {
    Ok(Json(profiles.follow(&caller, user_id, new.notify).await?))
}

/// Follow somebody no longer, or take back having asked to.
///
/// 204, also for somebody who was not followed. 422 `cannot_follow_self`. Four reads; two writes when it changes anything.
#[utoipa::path(delete, path = "/api/profiles/{userId}/follow", tag = "profiles",
    responses((status = 204), (status = 404), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn unfollow(
    caller: Caller,
    Path(user_id): Path<UserId>,
    State(profiles): State<Profiles>,
) -> Result<NoContent> {
    profiles.wish(&caller, user_id, Wish::Unfollow).await?;
    Ok(NoContent)
}
