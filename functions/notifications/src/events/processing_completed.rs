//! `video.processing_completed`: my video can be watched.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::videos::ProcessingCompleted;
use contracts::resources::NotificationKind;
use runtime::Result;

/// One entry for the owner.
pub(crate) async fn handle(event: Event<ProcessingCompleted>, notifications: Notifications) -> Result<()> {
    let note = Note::of_video(
        event.data.user_id,
        event.data.video_id,
        NotificationKind::VideoReady,
    );
    Ok(notifications.deliver(&note, &event).await?)
}
