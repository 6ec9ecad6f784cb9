//! A page of followers is to hear of a post.

use crate::state::Posts;
use contracts::Event;
use contracts::events::feed::FeedFanOut;
use runtime::Result;

/// Puts it into their timelines, and publishes the next page.
pub(crate) async fn handle(event: Event<FeedFanOut>, posts: Posts) -> Result<()> {
    Ok(posts.fan_out(event.data).await?)
}
