//! `reaction.added`: somebody reacted to something of mine.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::posts::ReactionAdded;
use runtime::Result;

/// One entry for the owner, unless the reaction only became another.
pub(crate) async fn handle(event: Event<ReactionAdded>, notifications: Notifications) -> Result<()> {
    if let Some(note) = Note::of_reaction(&event.data) {
        notifications.deliver(&note, &event).await?;
    }
    Ok(())
}
