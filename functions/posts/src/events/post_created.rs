//! A post was made.

use crate::state::Posts;
use contracts::Event;
use contracts::events::posts::PostCreated;
use runtime::Result;

/// Puts it into the timelines of those who follow its author, counts its hashtags, and shows the pictures that came with it and were looked at before it
/// was there.
pub(crate) async fn handle(event: Event<PostCreated>, posts: Posts) -> Result<()> {
    let made = event.data.created_at.unwrap_or(event.time);
    posts.spread(event.data.post_id).await?;
    if !event.data.media_ids.is_empty() {
        posts.settle_pictures(event.data.post_id).await?;
    }
    Ok(posts.tags_changed(event.data.tags, made).await?)
}
