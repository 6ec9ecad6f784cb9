//! `user.unfollowed`: both numbers are counted anew, and live connections hear no more of what is for followers.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::graph::UserUnfollowed;
use runtime::Result;

/// Somebody follows somebody no longer.
pub(crate) async fn handle(event: Event<UserUnfollowed>, profiles: Profiles) -> Result<()> {
    let edge = event.data;
    profiles.recount_edge(edge.follower_id, edge.followee_id).await?;
    Ok(profiles
        .part_as_stored(edge.follower_id, edge.followee_id)
        .await?)
}
