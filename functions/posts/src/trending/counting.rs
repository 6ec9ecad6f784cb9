//! Counting how often tags are used.

use super::{TagWindow, Window};
use crate::state::Posts;
use crate::store::{self, TAG_WINDOWS};
use cloud::{Result, Stored, hash, on_contention};
use contracts::Timestamp;
use futures::{StreamExt, TryStreamExt, stream};

/// How many tags of a post are counted at a time.
const AT_ONCE: usize = 8;

impl Posts {
    /// To be called when a post with these tags that was made at `made` was made, changed or deleted, as often as one likes. Two reads (one more for
    /// each thousand posts) and a write a tag; nothing when that was a day ago.
    pub(crate) async fn tags_changed(&self, tags: Vec<String>, made: Timestamp) -> Result<()> {
        let window = Window::of(made);
        if window.age(Window::of(self.now())).is_none() {
            return Ok(());
        }
        stream::iter(tags.into_iter().map(|tag| self.count_tag(tag, window)))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn count_tag(&self, tag: String, window: Window) -> Result<()> {
        let key = format!("count:tag:{window}:{}", hash::key(&[tag.as_bytes()]));
        let tag = &tag;
        let count = || async move {
            let counted = on_contention(|| self.recount_tag(tag, window)).await?;
            // should Redis be away, an older number may still be kept there: the event comes again until it is not
            self.put_counted(&counted).await
        };
        self.cloud.coalesce().cover(&key, count).await
    }

    async fn recount_tag(&self, tag: &str, window: Window) -> Result<TagWindow> {
        let documents = self.cloud.documents();
        let stored = store::tag_window(documents, tag, window).await?;
        let posts = documents.count(store::trending_posts(tag, window)).await?;
        let before = stored.as_ref().map_or_else(
            || TagWindow::zero(tag, window),
            |stored| Stored::clone(stored).into_inner(),
        );
        let counted = before.counted(posts);
        // written even when nothing changed: a slower count beside this one must find the document changed
        self.cloud
            .commit()
            .save(TAG_WINDOWS, stored.as_ref(), &counted)
            .await?;
        Ok(counted)
    }
}
