//! `post.updated`: a post was changed.

use crate::model::News;
use crate::state::Notifications;
use contracts::events::posts::PostUpdated;
use contracts::resources::Visibility;
use contracts::{Event, Subject};
use runtime::Result;

/// What others may see from now on is news to them, once: as if it had been made at this moment.
pub(crate) async fn handle(event: Event<PostUpdated>, notifications: Notifications) -> Result<()> {
    let post = &event.data;
    let was_hidden = post.before.visibility == Visibility::Private;
    let is_hidden = post.after.visibility == Visibility::Private;
    if !was_hidden || is_hidden {
        return Ok(());
    }
    let news = News {
        subject: Subject::Post(post.post_id),
        author_id: post.author_id,
        published_at: event.time,
    };
    Ok(notifications.ring(news, None).await?)
}
