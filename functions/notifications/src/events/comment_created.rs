//! `comment.created`: somebody commented on my post, or replied to my comment.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::posts::CommentCreated;
use runtime::Result;

/// One entry for the owner, one for the author of the comment that was replied to.
pub(crate) async fn handle(event: Event<CommentCreated>, notifications: Notifications) -> Result<()> {
    for note in Note::of_comment(&event.data) {
        notifications.deliver(&note, &event).await?;
    }
    Ok(())
}
