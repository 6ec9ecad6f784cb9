//! `video.processing_failed`: my video could not be processed.

use crate::model::Note;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::videos::ProcessingFailed;
use contracts::resources::NotificationKind;
use runtime::Result;

/// One entry for the owner.
pub(crate) async fn handle(event: Event<ProcessingFailed>, notifications: Notifications) -> Result<()> {
    let note = Note::of_video(
        event.data.user_id,
        event.data.video_id,
        NotificationKind::VideoFailed,
    );
    Ok(notifications.deliver(&note, &event).await?)
}
