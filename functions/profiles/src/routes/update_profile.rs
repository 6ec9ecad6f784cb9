//! `PUT /api/profiles/{userId}`

use crate::model::{Edit, Profile};
use crate::state::Profiles;
use crate::store::{self, PROFILES};
use axum::extract::State;
use contracts::events::graph::ProfileUpdated;
use contracts::{Refusal, UserId, resources};
use runtime::{Body, Caller, IfMatch, Path, Result, Tagged, Viewer};

/// Write one's own profile.
///
/// The whole of it: what is left out is removed. Somebody else's is 403. The same again changes nothing.
#[utoipa::path(put, path = "/api/profiles/{userId}", tag = "profiles", request_body = Edit,
    responses((status = 200, body = resources::Profile), (status = 403), (status = 412)), security(("bearer" = [])))]
pub(crate) async fn update_profile(
    caller: Caller,
    Path(user_id): Path<UserId>,
    if_match: IfMatch,
    State(profiles): State<Profiles>,
    Body(edit): Body<Edit>,
) -> Result<Tagged<resources::Profile>> {
    if caller.user_id != user_id {
        return Err(Refusal::denied("not_yours", "only its owner may write a profile").into());
    }
    let edit = edit.checked()?;
    let profile = cloud::on_contention(|| write(&profiles, &caller, &if_match, &edit)).await?;
    profiles.access.forget_profile(user_id).await;
    Ok(profiles.view(profile, &Viewer(Some(caller))).await?)
}

/// One read and one write.
async fn write(
    profiles: &Profiles,
    caller: &Caller,
    if_match: &IfMatch,
    edit: &Edit,
) -> cloud::Result<Profile> {
    let stored = store::profile(profiles.documents(), caller.user_id).await?;
    let current = stored
        .as_deref()
        .cloned()
        .unwrap_or_else(|| profiles.first(caller));
    if_match.allows(current.version)?;
    let written = current.clone().with_edit(edit.clone());
    if written != current {
        let event = ProfileUpdated {
            user_id: caller.user_id,
        };
        profiles
            .cloud
            .commit()
            .save(PROFILES, stored.as_ref(), &written)
            .emit(&event)
            .await?;
    }
    Ok(written)
}
