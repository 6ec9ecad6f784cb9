//! `post.created`: somebody posted something.

use crate::model::News;
use crate::state::Notifications;
use contracts::events::posts::PostCreated;
use contracts::resources::Visibility;
use contracts::{Event, Subject};
use runtime::Result;

/// One entry for everybody who has the bell on for its author and may see it.
pub(crate) async fn handle(event: Event<PostCreated>, notifications: Notifications) -> Result<()> {
    let post = &event.data;
    if post.visibility == Visibility::Private {
        return Ok(());
    }
    let news = News {
        subject: Subject::Post(post.post_id),
        author_id: post.author_id,
        published_at: post.created_at.unwrap_or(event.time),
    };
    Ok(notifications.ring(news, None).await?)
}
