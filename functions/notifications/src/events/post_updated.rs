//! `post.updated`: a post was changed.

use crate::model::News;
use crate::state::Notifications;
use contracts::events::posts::PostUpdated;
use contracts::{Event, Subject};
use runtime::Result;

/// What others may see from now on is news to them, once: as if it had been made at this moment.
pub(crate) async fn handle(event: Event<PostUpdated>, notifications: Notifications) -> Result<()> {
    let post = &event.data;
    if !post.before.is_hidden() || post.after.is_hidden() {
        return Ok(());
    }
    let news = News {
        subject: Subject::Post(post.post_id),
        author_id: post.author_id,
        published_at: event.time,
    };
    Ok(notifications.ring(news, None).await?)
}
