//! `follow.requested`: accepted, when the account became public while it was asked.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::graph::FollowRequested;
use runtime::Result;

/// Somebody asked to follow somebody.
pub(crate) async fn handle(event: Event<FollowRequested>, profiles: Profiles) -> Result<()> {
    let edge = event.data;
    profiles
        .access
        .forget_standing(edge.follower_id, edge.followee_id)
        .await;
    Ok(profiles.open_to(edge.follower_id, edge.followee_id).await?)
}
