//! Somebody reacted, or changed their reaction.

use crate::state::Posts;
use contracts::Event;
use contracts::events::posts::ReactionAdded;
use runtime::Result;

/// Counts the reactions again.
pub(crate) async fn handle(event: Event<ReactionAdded>, posts: Posts) -> Result<()> {
    Ok(posts.engagement.reactions_changed(event.data.subject).await?)
}
