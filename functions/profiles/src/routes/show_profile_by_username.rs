//! `GET /api/profiles/by-username/{username}`

use crate::model::fold;
use crate::state::Profiles;
use crate::store;
use axum::extract::State;
use contracts::Refusal;
use contracts::resources::Profile;
use runtime::{Path, Result, Tagged, Viewer};

/// Somebody's profile by their username, in any case.
#[utoipa::path(get, path = "/api/profiles/by-username/{username}", tag = "profiles", responses((status = 200, body = Profile)), security((), ("bearer" = [])))]
pub(crate) async fn show_profile_by_username(
    viewer: Viewer,
    Path(username): Path<String>,
    State(profiles): State<Profiles>,
) -> Result<Tagged<Profile>> {
    let named = store::profile_named(profiles.documents(), &username).await?;
    let profile = match (named, &viewer.0) {
        (Some(profile), _) => profiles
            .shown(profile.user_id, viewer.user_id())
            .await?
            .into_inner(),
        (None, Some(caller)) if fold(&caller.username) == fold(&username) => profiles.own(caller).await?,
        (None, _) => return Err(Refusal::NotFound.into()),
    };
    Ok(profiles.view(profile, &viewer).await?)
}
