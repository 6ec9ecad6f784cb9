//! `user.blocked`: what Redis keeps of how the two stand is forgotten, also when the process that wrote it died before it could do so.

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
    Ok(())
}
