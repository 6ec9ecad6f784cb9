//! What `media` holds of somebody: what they uploaded, and what was made of it.

use crate::removal;
use crate::state::Library;
use crate::store::MEDIA;
use cloud::Error;
use contracts::UserId;
use runtime::{Erased, Export, Holder, Result, Step};

/// Media that one step takes: each has a handful of objects.
const MEDIA_AT_ONCE: usize = 20;

impl Holder for Library {
    async fn erase(&self, user: UserId) -> Result<Option<Erased>> {
        let mut step = Step::new(&self.cloud);
        step.work("media", async || self.erase_media(user).await).await?;
        step.work("uploads", async || self.erase_received(user).await)
            .await?;
        Ok(step.done())
    }

    async fn export(&self, user: UserId, export: &mut Export) -> Result<()> {
        let media = MEDIA.query().eq("ownerId", user);
        export.all("media", media, |media| media).await
    }
}

impl Library {
    /// Deletes some media of `user`: first their objects, so that a document tells of them as long as there may be any; what stays of it, until the sweep has
    /// looked after the objects once more, is nobody's. A read and a write each.
    async fn erase_media(&self, user: UserId) -> Result<usize> {
        let some = MEDIA.query().eq("ownerId", user).limit(MEDIA_AT_ONCE);
        let media = self.cloud.documents().query(some).await?;
        for media in &media {
            removal::objects(self, media).await?;
            let erased = media.erased(self.now(), &self.times);
            match self.cloud.commit().save(MEDIA, Some(media), &erased).await {
                // changed at this moment: the next step finds it again
                Ok(()) | Err(Error::Contention) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(media.len())
    }

    /// Deletes what came with a form and was not heard of yet. One listing.
    async fn erase_received(&self, user: UserId) -> Result<usize> {
        let objects = self.cloud.objects();
        let prefix = format!("received/{user}/");
        Ok(objects.delete_some(&self.uploads(), &prefix).await?)
    }
}
