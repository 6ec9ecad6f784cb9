//! `GET /api/profiles/{userId}`

use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use contracts::resources::Profile;
use runtime::{Path, Result, Tagged, Viewer};

/// Somebody's profile.
///
/// A token shows how its owner and they stand to each other. The owner's own first look makes the profile.
#[utoipa::path(get, path = "/api/profiles/{userId}", tag = "profiles", responses((status = 200, body = Profile)), security((), ("bearer" = [])))]
pub(crate) async fn show_profile(
    viewer: Viewer,
    Path(user_id): Path<UserId>,
    State(profiles): State<Profiles>,
) -> Result<Tagged<Profile>> {
    let profile = match &viewer.0 {
        Some(caller) if caller.user_id == user_id => profiles.own(caller).await?,
        _ => profiles.shown(user_id, viewer.user_id()).await?.into_inner(),
    };
    Ok(profiles.view(profile, &viewer).await?)
}
