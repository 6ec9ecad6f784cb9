//! `user.unblocked`: unless the other blocks too, what the two did in the inboxes of each other is shown and counted again.

use crate::state::Notifications;
use contracts::Event;
use contracts::events::graph::UserUnblocked;
use runtime::Result;

/// Brings both inboxes up to how the two stand.
pub(crate) async fn handle(event: Event<UserUnblocked>, notifications: Notifications) -> Result<()> {
    let edge = event.data;
    Ok(notifications.stood_anew(edge.blocker_id, edge.blocked_id).await?)
}
