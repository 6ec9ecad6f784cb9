//! `user.unblocked`: what Redis keeps of how the two stand is forgotten, also when the process that wrote it died before it could do so.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::graph::UserUnblocked;
use runtime::Result;

/// Forgets what Redis keeps.
pub(crate) async fn handle(event: Event<UserUnblocked>, profiles: Profiles) -> Result<()> {
    let edge = event.data;
    profiles
        .access
        .forget_standing(edge.blocker_id, edge.blocked_id)
        .await;
    profiles
        .access
        .forget_barred(edge.blocker_id, edge.blocked_id)
        .await;
    Ok(())
}
