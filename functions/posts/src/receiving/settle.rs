//! What `media` found out of the pictures that came with a post.

use crate::model::{StoredMedia, StoredPost};
use crate::state::Posts;
use crate::store::{self, POSTS};
use cloud::{Result, on_contention};
use contracts::hub::PostChanged;
use contracts::resources::MediaStatus;
use contracts::{Audience, MediaId, PostId, Subject};

impl Posts {
    /// To be called when media were looked at, as often as one likes: posts that wait for it show it, or that it is no picture. A read, and what
    /// [`Posts::settle_pictures`] costs for a post that waits.
    pub(crate) async fn picture_settled(&self, media: MediaId) -> Result<()> {
        let waiting = self
            .cloud
            .documents()
            .query(store::posts_waiting_for(media))
            .await?;
        for post in waiting {
            self.settle_pictures(post.post_id).await?;
        }
        Ok(())
    }

    /// Brings the pictures that a post waits for up to what `media` says of them now. Reads the post and each picture it waits for; a write when one of
    /// them is settled.
    ///
    /// Called for a new post and for settled media: whichever comes later sees both.
    pub(crate) async fn settle_pictures(&self, post: PostId) -> Result<()> {
        Box::pin(on_contention(|| self.settle_once(post))).await
    }

    async fn settle_once(&self, post: PostId) -> Result<()> {
        let Some(post) = store::post(self.cloud.documents(), post).await? else {
            return Ok(());
        };
        if post.waits_for.is_empty() {
            return Ok(());
        }
        let known = self.access.media(&post.waits_for).await?;
        let settle = |media: &StoredMedia| {
            let known = known
                .iter()
                .flatten()
                .find(|known| known.media_id == media.media_id);
            match known.map(|known| (known.status, &known.image)) {
                Some((Some(MediaStatus::Ready), Some(image))) => media.ready(image.clone()),
                Some((Some(MediaStatus::Rejected), _)) => media.turned_down(),
                _ => media.clone(),
            }
        };
        let settled = StoredPost::clone(&post).with_pictures(post.media.iter().map(settle).collect());
        if settled == *post {
            return Ok(());
        }
        let view = self.public_view(&settled).await?;
        self.commit()
            .save(POSTS, Some(&post), &settled)
            .tell(Audience::Group(Subject::Post(post.post_id)), &PostChanged(view))
            .await
    }
}
