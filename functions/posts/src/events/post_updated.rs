//! A post was changed.

use crate::state::Posts;
use contracts::Event;
use contracts::events::posts::PostUpdated;
use runtime::Result;
use std::collections::BTreeSet;

/// Puts one that others may see from now on into the timelines of those who follow its author; who may no longer see it does not when they read. Counts
/// its hashtags, those that it had too, and the shares of what it shares when it was hidden from all others or shown to some.
pub(crate) async fn handle(event: Event<PostUpdated>, posts: Posts) -> Result<()> {
    let PostUpdated {
        post_id,
        shared_post_id,
        before,
        after,
        created_at,
        ..
    } = event.data;
    let (was_hidden, is_hidden) = (before.is_hidden(), after.is_hidden());
    if was_hidden && !is_hidden {
        posts.spread(post_id).await?;
    }
    if let Some(shared) = shared_post_id.filter(|_| was_hidden != is_hidden) {
        posts.engagement.shares_changed(shared).await?;
    }
    let tags: BTreeSet<String> = before.tags.into_iter().chain(after.tags).collect();
    Ok(posts.tags_changed(tags.into_iter().collect(), created_at).await?)
}
