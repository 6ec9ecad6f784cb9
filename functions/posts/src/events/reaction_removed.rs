//! Somebody took a reaction back.

use crate::state::Posts;
use contracts::Event;
use contracts::events::posts::ReactionRemoved;
use runtime::Result;

/// Counts the reactions again.
pub(crate) async fn handle(event: Event<ReactionRemoved>, posts: Posts) -> Result<()> {
    Ok(posts.engagement.reactions_changed(event.data.subject).await?)
}
