//! Somebody reposted or quoted a post.

use crate::state::Posts;
use contracts::Event;
use contracts::events::posts::PostShared;
use runtime::Result;

/// Counts the shares of what was shared.
pub(crate) async fn handle(event: Event<PostShared>, posts: Posts) -> Result<()> {
    Ok(posts.engagement.shares_changed(event.data.shared_post_id).await?)
}
