//! `user.blocked`: what the two did in the inboxes of each other is neither shown nor counted any more.

use crate::state::Notifications;
use contracts::Event;
use contracts::events::graph::UserBlocked;
use runtime::Result;

/// Brings both inboxes up to how the two stand.
pub(crate) async fn handle(event: Event<UserBlocked>, notifications: Notifications) -> Result<()> {
    let edge = event.data;
    Ok(notifications.stood_anew(edge.blocker_id, edge.blocked_id).await?)
}
