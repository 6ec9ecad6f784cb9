//! A post was made.

use crate::state::Posts;
use contracts::Event;
use contracts::events::posts::PostCreated;
use runtime::Result;

/// Counts its hashtags.
pub(crate) async fn handle(event: Event<PostCreated>, posts: Posts) -> Result<()> {
    let made = event.data.created_at.unwrap_or(event.time);
    Ok(posts.tags_changed(event.data.tags, made).await?)
}
