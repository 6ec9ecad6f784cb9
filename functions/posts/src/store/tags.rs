//! How often tags are used.

use super::POSTS;
use crate::model::{SHARDS, StoredPost};
use crate::trending::{TagWindow, Window};
use cloud::{Collection, Direction, Documents, Query, Result, Stored};

pub(crate) const TAG_WINDOWS: Collection<TagWindow> = Collection::new("tag_windows");

/// How many tags of a window and shard are read.
const MOST: usize = 25;

/// How often a tag was used in a window. One read.
pub(crate) async fn tag_window(
    documents: &Documents,
    tag: &str,
    window: Window,
) -> Result<Option<Stored<TagWindow>>> {
    documents.get(TAG_WINDOWS, TagWindow::id_of(tag, window)).await
}

/// The most used tags of a window: a query a shard. Each reads at most 25 documents; index `tag_windows(window, shard, posts desc)`.
pub(crate) fn tag_windows(window: Window) -> impl Iterator<Item = Query<TagWindow>> {
    (0..SHARDS).map(move |shard| {
        TAG_WINDOWS
            .query()
            .eq("window", window)
            .eq("shard", shard)
            .order_by("posts", Direction::Descending)
            .limit(MOST)
    })
}

/// What the number of a tag and window is the count of. Index `posts(tags, trends, createdAt)`.
pub(crate) fn trending_posts(tag: &str, window: Window) -> Query<StoredPost> {
    POSTS
        .query()
        .contains("tags", tag)
        .eq("trends", true)
        .at_least("createdAt", window.begins())
        .below("createdAt", window.ends())
}
