//! One task: an upload in, an event out.

use super::report::Reporter;
use super::verdict::{self, Verdict};
use super::{TIMEOUT, deliver};
use crate::{Failure, Kind, Limits, Outcome, Source, pipeline};
use access::Access;
use cloud::{Cloud, hash};
use contracts::pipeline::{Order, RENDITIONS, UPLOADS, folder};
use contracts::resources::VideoType;
use contracts::{DomainEvent, Subject, UserId};
use runtime::{Environment, SetupError};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long the source's address is good beyond the time an attempt has.
const SPARE: Duration = Duration::from_hours(1);

/// Percent of the whole that the pipeline is; the rest is storing.
const PIPELINE: u8 = 90;

/// What is to be done.
#[derive(Debug)]
pub(super) struct Task {
    cloud: Cloud,
    order: Order,
    limits: Limits,
    /// Which attempt this is, from 0 on.
    attempt: u32,
}

impl Task {
    pub(super) fn read(cloud: Cloud, environment: &Environment) -> Result<Self, SetupError> {
        let variables: BTreeMap<&str, &str> = environment.iter().collect();
        let order = Order::read(|name| variables.get(name).copied())?;
        let mut reader = environment.reader();
        let usual = Limits::default();
        let limits = Limits {
            long_seconds: reader.or("VIDEO_LONG_SECONDS", usual.long_seconds),
            short_seconds: reader.or("VIDEO_SHORT_SECONDS", usual.short_seconds),
            long_side: reader.or("VIDEO_LONG_SIDE", usual.long_side),
            ..usual
        };
        let attempt = reader.or("CLOUD_RUN_TASK_ATTEMPT", 0);
        reader.done()?;
        Ok(Self {
            cloud,
            order,
            limits,
            attempt,
        })
    }

    /// Works, then says how it ended. A video that is gone by then is not there to whoever hears it: they delete what was made of it.
    pub(super) async fn run(self) -> Result<(), SetupError> {
        let Order {
            video_id, generation, ..
        } = self.order;
        let Some(owner) = self.owner().await? else {
            tracing::info!(%video_id, "the video is gone");
            return self.clear().await;
        };
        tracing::info!(%video_id, generation, attempt = self.attempt, "processing begins");
        match verdict::of(&self.order, owner, self.work(owner).await, self.attempt) {
            Verdict::Completed(event) => {
                self.emit(&event).await?;
                tracing::info!(%video_id, duration = event.duration, "processing ended well");
                Ok(())
            }
            Verdict::Failed(event, failure) => {
                self.emit(&event).await?;
                tracing::warn!(%video_id, %failure, notes = failure.notes, "processing failed for good");
                Ok(())
            }
            Verdict::GivenUp(event, failure) => {
                self.emit(&event).await?;
                tracing::error!(%video_id, %failure, notes = failure.notes, "processing is given up");
                Err(failure.into())
            }
            Verdict::Again(failure) => {
                tracing::warn!(%video_id, %failure, notes = failure.notes, "processing failed, another attempt may not");
                Err(failure.into())
            }
        }
    }

    /// Whose video it is; none when it is gone. One read.
    async fn owner(&self) -> cloud::Result<Option<UserId>> {
        let access = Access::new(self.cloud.clone());
        access.subject_owner(Subject::Video(self.order.video_id)).await
    }

    /// Deletes what an earlier attempt may have made of a video that is gone.
    async fn clear(&self) -> Result<(), SetupError> {
        let (bucket, folder) = (self.cloud.bucket(RENDITIONS), folder(self.order.video_id));
        while self.cloud.objects().delete_some(&bucket, &folder).await? > 0 {}
        Ok(())
    }

    async fn work(&self, owner: UserId) -> Result<Outcome, Failure> {
        let folder = tempfile::tempdir().map_err(|error| Failure::internal(format!("a folder: {error}")))?;
        let source = self.source().await?;
        let kind = match self.order.kind {
            VideoType::LongForm => Kind::LongForm,
            VideoType::Short => Kind::Short,
        };
        let reporter = Reporter::start(self.cloud.clone(), &self.order, owner);
        let mut progress = |percent: u8| reporter.say(share(percent, 0, PIPELINE));
        let outcome = pipeline(&source, kind, &self.limits, folder.path(), &mut progress).await?;
        let mut progress = |percent: u8| reporter.say(share(percent, PIPELINE, 99));
        deliver::deliver(&self.cloud, &self.order, folder.path(), &outcome, &mut progress).await?;
        reporter.finish().await;
        Ok(outcome)
    }

    async fn source(&self) -> Result<Source, Failure> {
        let Order {
            object, generation, ..
        } = &self.order;
        let bucket = self.cloud.bucket(UPLOADS);
        let objects = self.cloud.objects();
        let signed = objects.sign_download(&bucket, object, *generation, TIMEOUT + SPARE);
        signed
            .await
            .map(Source::Url)
            .map_err(|error| Failure::source_unavailable().with_notes(error.to_string()))
    }

    async fn emit<E: DomainEvent>(&self, event: &E) -> cloud::Result<()> {
        let Order {
            video_id, generation, ..
        } = &self.order;
        let id = hash::event_id::<E>(&[video_id.as_bytes(), &generation.to_be_bytes()]);
        self.cloud.events().emit(id, event).await
    }
}

/// `percent` of a part that goes from `from` to `to` percent of the whole.
fn share(percent: u8, from: u8, to: u8) -> u8 {
    let (percent, span) = (u16::from(percent.min(100)), u16::from(to - from));
    from + u8::try_from(percent * span / 100).unwrap_or(to - from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_of_the_whole_follow_each_other(percent in 0_u8..100) {
            for (from, to) in [(0, PIPELINE), (PIPELINE, 99)] {
                prop_assert!(share(percent, from, to) <= share(percent + 1, from, to));
                prop_assert_eq!((share(0, from, to), share(100, from, to)), (from, to));
            }
        }
    }
}
