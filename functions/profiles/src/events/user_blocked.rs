//! `user.blocked`: what Redis keeps of how the two stand is forgotten, also when the process that wrote it died before it could do so. Live connections of both
//! hear no more of the other.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::graph::UserBlocked;
use runtime::Result;

/// Forgets what Redis keeps.
pub(crate) async fn handle(event: Event<UserBlocked>, profiles: Profiles) -> Result<()> {
    let edge = event.data;
    profiles
        .access
        .forget_standing(edge.blocker_id, edge.blocked_id)
        .await;
    profiles
        .access
        .forget_barred(edge.blocker_id, edge.blocked_id)
        .await;
    profiles.part_as_stored(edge.blocker_id, edge.blocked_id).await?;
    Ok(profiles.part_as_stored(edge.blocked_id, edge.blocker_id).await?)
}
