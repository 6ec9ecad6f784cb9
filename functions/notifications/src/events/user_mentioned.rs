//! `user.mentioned`: somebody named me.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::posts::UserMentioned;
use runtime::Result;

/// One entry for who is named.
pub(crate) async fn handle(event: Event<UserMentioned>, notifications: Notifications) -> Result<()> {
    if let Some(note) = Note::of_mention(&event.data) {
        notifications.deliver(&note, &event).await?;
    }
    Ok(())
}
