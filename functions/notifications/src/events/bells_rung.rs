//! `bells.rung`: a page of those who have the bell on is to hear of something new.

use crate::model::News;
use crate::state::Notifications;
use contracts::Event;
use contracts::events::notifications::BellsRung;
use runtime::Result;

/// One entry for each of the page, and the next page.
pub(crate) async fn handle(event: Event<BellsRung>, notifications: Notifications) -> Result<()> {
    let page = event.data;
    let news = News {
        subject: page.subject,
        author_id: page.author_id,
        published_at: page.published_at,
    };
    Ok(notifications.ring(news, Some(page.after)).await?)
}
