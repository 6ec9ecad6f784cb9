//! `GET /api/profiles/by-username/{username}`

use crate::model::fold;
use crate::state::Profiles;
use crate::store;
use axum::extract::State;
use contracts::Refusal;
use contracts::resources::Profile;
use runtime::{Caller, Path, Result, Tagged, Viewer};

/// Somebody's profile by their username, in any case.
///
/// 404 also for somebody who blocks the caller or is blocked by them. Finds the name by one query; costs what the profile itself does then.
#[utoipa::path(get, path = "/api/profiles/by-username/{username}", tag = "profiles", responses((status = 200, body = Profile)), security((), ("bearer" = [])))]
pub(crate) async fn show_profile_by_username(
    viewer: Viewer,
    Path(username): Path<String>,
    State(profiles): State<Profiles>,
) -> Result<Tagged<Profile>> {
    let named = store::profile_named(profiles.documents(), &username).await?;
    let own = |caller: &&Caller| fold(&caller.username) == fold(&username);
    let profile = match (named, viewer.0.as_ref().filter(own)) {
        (Some(profile), _) => {
            let standing = profiles
                .access
                .standing(profile.user_id, viewer.user_id())
                .await?;
            Some(profile.into_inner()).filter(|_| !standing.absent())
        }
        // the caller's first use; a token may still say a name that its owner has changed
        (None, Some(caller)) => Some(profiles.own(caller).await?).filter(|own| own.is_called(&username)),
        (None, None) => None,
    };
    let profile = profile.ok_or(Refusal::NotFound)?;
    Ok(profiles.view(profile, &viewer).await?)
}
