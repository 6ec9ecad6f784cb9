//! What the handlers share.

use crate::model::{Policy, TYPES, Video};
use crate::store::{self, VIDEOS};
use access::{Access, Author};
use cloud::redis::cmd;
use cloud::{Cloud, Commit, JobRun, Stored, hash};
use contracts::events::videos::VideoPublished;
use contracts::pipeline::{self, Progress};
use contracts::resources::{self, UploadStatus};
use contracts::{Refusal, Timestamp, UserId, VideoId};
use engagement::Engagement;
use runtime::{Caller, Context, SetupError};
use std::time::Duration;

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Videos {
    /// For cursors.
    pub(crate) context: Context,
    pub(crate) cloud: Cloud,
    pub(crate) engagement: Engagement,
    pub(crate) policy: Policy,
    /// How long a job may be silent before it is started again.
    pub(crate) patience: Duration,
}

impl Videos {
    /// `VIDEO_TYPES` (comma-separated media types), `VIDEO_LARGEST_BYTES` (5 GB), `UPLOAD_URL_SECONDS` (900); `JOB_SILENCE_SECONDS` (28,800: above
    /// the job's own time limit, as an execution may wait for its turn).
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let mut reader = context.environment().reader();
        let types = reader.or("VIDEO_TYPES", TYPES.to_owned());
        let policy = Policy {
            types: types.split(',').map(|text| text.trim().to_owned()).collect(),
            largest: reader.or("VIDEO_LARGEST_BYTES", 5_000_000_000),
            good_for: Duration::from_secs(reader.or("UPLOAD_URL_SECONDS", 900)),
        };
        let patience = Duration::from_secs(reader.or("JOB_SILENCE_SECONDS", 8 * 3600));
        reader.done()?;
        let cloud = context.cloud().clone();
        Ok(Self {
            context: context.clone(),
            engagement: Engagement::new(cloud.clone(), Access::new(cloud.clone())),
            cloud,
            policy,
            patience,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.cloud.clock().now()
    }

    /// The video, if `viewer` may see it. One read.
    ///
    /// # Errors
    /// 404: it is not there, or not for them.
    pub(crate) async fn visible(
        &self,
        video_id: VideoId,
        viewer: Option<UserId>,
    ) -> cloud::Result<Stored<Video>> {
        let video = store::video(self.cloud.documents(), video_id).await?;
        let visible = video.filter(|video| video.is_visible_to(viewer));
        Ok(visible.ok_or(Refusal::NotFound)?)
    }

    /// The commit of a change to a video; tells everybody when the change publishes it.
    pub(crate) fn change(&self, stored: &Stored<Video>, video: &Video) -> Commit {
        let commit = self.cloud.commit().save(VIDEOS, Some(stored), video);
        if stored.published_at.is_some() || video.published_at.is_none() {
            return commit;
        }
        let published = VideoPublished {
            video_id: video.video_id,
            user_id: video.user_id,
        };
        let id = hash::event_id::<VideoPublished>(&[video.video_id.as_bytes()]);
        commit.emit_as(id, &published)
    }

    /// What starts the job for a video.
    pub(crate) fn run(video: &Video) -> JobRun {
        JobRun {
            job: pipeline::JOB.to_owned(),
            env: video.order().variables(),
        }
    }

    /// As clients see it. One command to Redis while a job is waited for.
    pub(crate) async fn view(&self, video: &Video) -> resources::Video {
        let progress = self.progress(video).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "progress is not known");
            None
        });
        video.view(progress, |name| self.url(name))
    }

    /// What the video's job last said; none when it said nothing lately.
    pub(crate) async fn progress(&self, video: &Video) -> cloud::Result<Option<Progress>> {
        if video.upload_status != UploadStatus::Uploaded {
            return Ok(None);
        }
        let cache = self.cloud.cache();
        let mut get = cmd("GET");
        get.arg(cache.key(&pipeline::progress_key(video.video_id)));
        let kept: Option<String> = cache.run(&get).await?;
        let progress: Option<Progress> = kept.and_then(|text| serde_json::from_str(&text).ok());
        Ok(progress.filter(|progress| progress.generation == video.generation))
    }

    /// The address of an object that everybody may read.
    pub(crate) fn url(&self, name: &str) -> String {
        let bucket = self.cloud.bucket(pipeline::RENDITIONS);
        self.cloud.objects().public_url(&bucket, name)
    }
}

/// The caller, as the author of something.
pub(crate) fn author(caller: &Caller) -> Author {
    Author {
        user_id: caller.user_id,
        username: caller.username.clone(),
    }
}
