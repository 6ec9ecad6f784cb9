//! `post.shared`: somebody reposted or quoted my post.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::posts::PostShared;
use runtime::Result;

/// One entry for the author of what was shared.
pub(crate) async fn handle(event: Event<PostShared>, notifications: Notifications) -> Result<()> {
    if let Some(note) = Note::of_share(&event.data) {
        notifications.deliver(&note, &event).await?;
    }
    Ok(())
}
