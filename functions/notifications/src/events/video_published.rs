//! `video.published`: others can watch somebody's video.

use crate::model::News;
use crate::state::Notifications;
use contracts::events::videos::VideoPublished;
use contracts::{Event, Subject};
use runtime::Result;

/// One entry for everybody who has the bell on for its owner and may see it.
pub(crate) async fn handle(event: Event<VideoPublished>, notifications: Notifications) -> Result<()> {
    let news = News {
        subject: Subject::Video(event.data.video_id),
        author_id: event.data.user_id,
        published_at: event.time,
    };
    Ok(notifications.ring(news, None).await?)
}
