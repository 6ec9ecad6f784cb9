//! A post is gone.

use crate::state::Posts;
use crate::store::{self, BOOKMARKS, REVISIONS};
use cloud::{Collection, Document, Query};
use contracts::Event;
use contracts::events::posts::PostDeleted;
use runtime::Result;

/// How many records are deleted at once.
const PIECE: usize = 200;

/// Deletes what is left of it, its history and the bookmarks of it, and counts the shares of what it shared and its hashtags.
///
/// However many there are: what is not done within the time of a delivery is done in the next. A read and a delete each.
pub(crate) async fn handle(event: Event<PostDeleted>, posts: Posts) -> Result<()> {
    let post = event.data.post_id;
    sweep(&posts, REVISIONS, || store::revisions(post, None, PIECE)).await?;
    sweep(&posts, BOOKMARKS, || store::bookmarks_of_post(post, PIECE)).await?;
    if let Some(shared) = event.data.shared_post_id {
        posts.engagement.shares_changed(shared).await?;
    }
    let made = event.data.created_at.unwrap_or(event.time);
    Ok(posts.tags_changed(event.data.tags, made).await?)
}

async fn sweep<T: Document>(
    posts: &Posts,
    collection: Collection<T>,
    some: impl Fn() -> Query<T>,
) -> cloud::Result<()> {
    loop {
        let found = posts.cloud.documents().query(some()).await?;
        let ended = found.len() < PIECE;
        if !found.is_empty() {
            let remove = found.iter().fold(posts.commit(), |commit, record| {
                commit.remove(collection, &record.id())
            });
            remove.await?;
        }
        if ended {
            return Ok(());
        }
    }
}
