//! `user.followed`: both numbers are counted anew.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::graph::UserFollowed;
use runtime::Result;

/// Somebody follows somebody.
pub(crate) async fn handle(event: Event<UserFollowed>, profiles: Profiles) -> Result<()> {
    let edge = event.data;
    Ok(profiles.recount_edge(edge.follower_id, edge.followee_id).await?)
}
