//! `GET /api/profiles/me`

use crate::state::Profiles;
use axum::extract::State;
use contracts::resources::Profile;
use runtime::{Caller, Result, Tagged, Viewer};

/// The caller's own profile.
///
/// It exists as soon as their token does: the first use makes it.
#[utoipa::path(get, path = "/api/profiles/me", tag = "profiles", responses((status = 200, body = Profile)), security(("bearer" = [])))]
pub(crate) async fn show_own_profile(
    caller: Caller,
    State(profiles): State<Profiles>,
) -> Result<Tagged<Profile>> {
    let profile = profiles.own(&caller).await?;
    Ok(profiles.view(profile, &Viewer(Some(caller))).await?)
}
