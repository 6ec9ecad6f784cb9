//! What `videos` holds of somebody: their videos, and the objects that belong to these.

use crate::model::GoneVideo;
use crate::state::Videos;
use crate::store::{GONE, VIDEOS};
use cloud::Document;
use contracts::{UserId, VideoId, pipeline};
use runtime::{Erased, Export, Holder, Result, Step};

/// Videos that one step takes: each has hundreds of objects.
const VIDEOS_AT_ONCE: usize = 5;

impl Holder for Videos {
    async fn erase(&self, user: UserId) -> Result<Option<Erased>> {
        let mut step = Step::new(&self.cloud);
        step.work("videos", async || self.erase_videos(user).await)
            .await?;
        Ok(step.done())
    }

    async fn export(&self, user: UserId, export: &mut Export) -> Result<()> {
        let videos = VIDEOS.query().eq("userId", user);
        export.all("videos", videos, |video| video).await
    }
}

impl Videos {
    /// Deletes some videos of `user`: first their objects, so that a document is there as long as there may be any. Where a job may still be making some, it is
    /// remembered to delete these. A read, a delete, a write and two listings each, a listing more for each 500 objects.
    async fn erase_videos(&self, user: UserId) -> Result<usize> {
        let some = VIDEOS.query().eq("userId", user).limit(VIDEOS_AT_ONCE);
        let videos = self.cloud.documents().query(some).await?;
        for video in &videos {
            self.erase_objects(video.video_id).await?;
            let gone = GoneVideo::new(video.video_id, self.now() + self.patience);
            let commit = self.cloud.commit().put(GONE, &gone);
            commit.remove(VIDEOS, &video.id()).await?;
        }
        Ok(videos.len())
    }

    /// Deletes what was put and what was made of a video. Two listings, and one more for each 500 objects.
    pub(crate) async fn erase_objects(&self, video_id: VideoId) -> cloud::Result<()> {
        let objects = self.cloud.objects();
        let folders = [
            (pipeline::UPLOADS, video_id.to_string()),
            (pipeline::RENDITIONS, pipeline::folder(video_id)),
        ];
        for (bucket, prefix) in folders {
            let bucket = self.cloud.bucket(bucket);
            while objects.delete_some(&bucket, &prefix).await? > 0 {}
        }
        Ok(())
    }
}
