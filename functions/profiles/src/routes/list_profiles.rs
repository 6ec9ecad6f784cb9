//! `POST /api/profiles/batch`

use crate::model::Profile;
use crate::state::Profiles;
use crate::store::PROFILES;
use axum::extract::State;
use contracts::{Check, UserId, resources};
use runtime::{Body, Json, Result, Viewer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most that are asked for at once.
const MOST: usize = 100;

/// Whose profiles.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProfileBatch {
    /// 1 to 100 people.
    user_ids: Vec<UserId>,
}

/// Profiles of several people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfilesFound {
    /// In the order in which they were asked for, each once; whoever is not there for the caller is left out.
    items: Vec<resources::Profile>,
}

/// Profiles of several people at once, for feeds and lists.
///
/// A read for each, and what is not in Redis of numbers and of how the caller stands to them. 422 for none or more than 100.
#[utoipa::path(post, path = "/api/profiles/batch", tag = "profiles", request_body = ProfileBatch,
    responses((status = 200, body = ProfilesFound), (status = 422)), security((), ("bearer" = [])))]
pub(crate) async fn list_profiles(
    viewer: Viewer,
    State(profiles): State<Profiles>,
    Body(batch): Body<ProfileBatch>,
) -> Result<Json<ProfilesFound>> {
    let mut check = Check::new();
    let range = (1..=MOST).contains(&batch.user_ids.len());
    check.rule(range, "/userIds", "wrong_number", "1 to 100 people");
    check.done()?;
    let mut ids: Vec<UserId> = Vec::new();
    for id in batch.user_ids {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let found = profiles.documents().get_all(PROFILES, &ids).await?;
    let found: Vec<Profile> = found
        .into_iter()
        .flatten()
        .map(cloud::Stored::into_inner)
        .collect();
    let author = |profile: &Profile| Some(profile.user_id);
    let found = profiles.access.present(viewer.user_id(), found, author).await?;
    let items = profiles.views(found, viewer.user_id()).await?;
    Ok(Json(ProfilesFound { items }))
}
