//! The course of a video: what each thing that happens makes of it.
//!
//! Things happen at least once and in any order. Each function answers the changed video, or none when there is nothing to change.

use super::{Made, Metadata, Video};
use contracts::events::videos::{ProcessingCompleted, ProcessingFailed};
use contracts::resources::{UploadStatus, VideoFailure};
use contracts::{Refusal, Timestamp};
use std::time::Duration;

/// How often a job may be started for the same bytes.
const MOST_RUNS: u32 = 4;

/// What follows from a job's silence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Silence {
    /// It is started again.
    Again(Video),
    /// It was started often enough.
    GivenUp(Video, ProcessingFailed),
}

impl Video {
    /// Its metadata came. The same again changes nothing.
    ///
    /// # Errors
    /// 409: it has other metadata.
    pub(crate) fn described(&self, metadata: &Metadata, now: Timestamp) -> Result<Option<Self>, Refusal> {
        let described = Self {
            title: Some(metadata.title.clone()),
            description: metadata.description.clone(),
            tags: metadata.tags.clone(),
            ..self.clone()
        };
        if self.title.is_none() {
            Ok(Some(described.changed(now)))
        } else if described == *self {
            Ok(None)
        } else {
            let detail = "this video has its title and description already";
            Err(Refusal::conflict("already_described", detail))
        }
    }

    /// Bytes came, under a generation that rises with each upload; a job is to be started. A video that is ready keeps what it has.
    pub(crate) fn uploaded(&self, generation: i64, now: Timestamp, patience: Duration) -> Option<Self> {
        let news = generation > self.generation && self.upload_status != UploadStatus::Ready;
        news.then(|| {
            let uploaded = Self {
                upload_status: UploadStatus::Uploaded,
                failure: None,
                generation,
                runs: 1,
                due_at: Some(now + patience),
                ..self.clone()
            };
            uploaded.changed(now)
        })
    }

    /// A job has ended well.
    pub(crate) fn completed(&self, event: &ProcessingCompleted, now: Timestamp) -> Option<Self> {
        self.waits_for(event.generation).then(|| {
            let completed = Self {
                upload_status: UploadStatus::Ready,
                made: Some(Made {
                    duration: event.duration,
                    width: event.width,
                    height: event.height,
                    aspect_ratio: event.aspect_ratio.clone(),
                    hls_manifest: event.hls_manifest.clone(),
                    thumbnails: event.thumbnails.clone(),
                    renditions: event.renditions.clone(),
                }),
                due_at: None,
                processed_at: Some(now),
                ..self.clone()
            };
            completed.changed(now)
        })
    }

    /// A job has ended without a video.
    pub(crate) fn failed(&self, event: &ProcessingFailed, now: Timestamp) -> Option<Self> {
        self.waits_for(event.generation).then(|| {
            let failed = Self {
                upload_status: UploadStatus::Failed,
                failure: Some(event.failure.clone()),
                due_at: None,
                ..self.clone()
            };
            failed.changed(now)
        })
    }

    /// Nothing was heard of its job for long. What is given up fails by the event, as when a job says so.
    pub(crate) fn silent(&self, now: Timestamp, patience: Duration) -> Silence {
        let waiting = self.postponed(now, patience);
        if self.runs < MOST_RUNS {
            return Silence::Again(Self {
                runs: self.runs + 1,
                ..waiting
            });
        }
        let event = ProcessingFailed {
            video_id: self.video_id,
            user_id: self.user_id,
            generation: self.generation,
            failure: VideoFailure {
                code: "processing_timed_out".to_owned(),
                detail: "The video could not be processed in time. Please upload it again.".to_owned(),
            },
        };
        Silence::GivenUp(waiting, event)
    }

    /// The sweep looks again later. Nobody sees the difference, so the version stands still.
    pub(crate) fn postponed(&self, now: Timestamp, patience: Duration) -> Self {
        Self {
            due_at: Some(now + patience),
            ..self.clone()
        }
    }

    fn waits_for(&self, generation: i64) -> bool {
        self.upload_status == UploadStatus::Uploaded && self.generation == generation
    }

    /// A change that clients can see. What has become ready and titled is published by it.
    fn changed(self, now: Timestamp) -> Self {
        let watchable = self.upload_status == UploadStatus::Ready && self.title.is_some();
        Self {
            published_at: self.published_at.or(watchable.then_some(now)),
            updated_at: now,
            version: self.version.next(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Upload;
    use super::*;
    use contracts::resources::VideoType;
    use contracts::{UserId, VideoId};
    use proptest::prelude::*;

    const PATIENCE: Duration = Duration::from_mins(1);

    #[derive(Debug, Clone)]
    enum Thing {
        Described(u8),
        Uploaded(i64),
        Completed(i64),
        Failed(i64),
        Silent,
    }

    fn begun() -> Video {
        let upload = Upload {
            r#type: VideoType::LongForm,
            content_type: "video/mp4".to_owned(),
            size_bytes: 1,
        };
        Video::begun(
            VideoId::from_bytes([1; 16]),
            UserId::from_bytes([2; 16]),
            &upload,
            Timestamp::EPOCH,
        )
    }

    fn completed(generation: i64) -> ProcessingCompleted {
        ProcessingCompleted {
            video_id: VideoId::from_bytes([1; 16]),
            user_id: UserId::from_bytes([2; 16]),
            generation,
            duration: 1.0,
            width: 640,
            height: 360,
            aspect_ratio: "16:9".to_owned(),
            hls_manifest: format!("{generation}/master.m3u8"),
            thumbnails: Vec::new(),
            renditions: Vec::new(),
        }
    }

    fn failed(generation: i64) -> ProcessingFailed {
        match begun()
            .uploaded(generation, Timestamp::EPOCH, PATIENCE)
            .map(|video| {
                let often = Video {
                    runs: MOST_RUNS,
                    ..video
                };
                often.silent(Timestamp::EPOCH, PATIENCE)
            }) {
            Some(Silence::GivenUp(_, event)) => event,
            other => panic!("{other:?}"),
        }
    }

    /// What becomes of `video`, and whether it was published by this.
    fn happen(video: &Video, thing: &Thing, now: Timestamp) -> Video {
        let next = match thing {
            Thing::Described(which) => {
                let metadata = Metadata::checked(&format!("title {which}"), None, &[]).unwrap();
                video.described(&metadata, now).unwrap_or_default()
            }
            Thing::Uploaded(generation) => video.uploaded(*generation, now, PATIENCE),
            Thing::Completed(generation) => video.completed(&completed(*generation), now),
            Thing::Failed(generation) => video.failed(&failed(*generation), now),
            Thing::Silent => match video.due_at.map(|_| video.silent(now, PATIENCE)) {
                Some(Silence::Again(video) | Silence::GivenUp(video, _)) => Some(video),
                None => None,
            },
        };
        next.unwrap_or_else(|| video.clone())
    }

    #[test]
    fn the_usual_course_in_both_orders() {
        let now = Timestamp::from_millis(5);
        for order in [
            [Thing::Described(1), Thing::Uploaded(7), Thing::Completed(7)],
            [Thing::Uploaded(7), Thing::Completed(7), Thing::Described(1)],
        ] {
            let video = order.iter().fold(begun(), |video, thing| {
                assert_eq!(video.published_at, None, "too early");
                happen(&video, thing, now)
            });
            assert_eq!(
                (video.upload_status, video.published_at, video.due_at),
                (UploadStatus::Ready, Some(now), None)
            );
        }
    }

    #[test]
    fn other_metadata_is_refused_and_the_same_is_not() {
        let metadata = |title| Metadata::checked(title, None, &[]).unwrap();
        let video = begun()
            .described(&metadata("a"), Timestamp::EPOCH)
            .unwrap()
            .unwrap();
        assert_eq!(video.described(&metadata("a"), Timestamp::EPOCH), Ok(None));
        assert!(matches!(
            video.described(&metadata("b"), Timestamp::EPOCH),
            Err(Refusal::Conflict { .. })
        ));
    }

    #[test]
    fn a_silent_job_is_started_three_times_again() {
        let mut video = begun().uploaded(7, Timestamp::EPOCH, PATIENCE).unwrap();
        for _ in 0..3 {
            video = match video.silent(Timestamp::EPOCH, PATIENCE) {
                Silence::Again(video) => video,
                Silence::GivenUp(..) => panic!("too early"),
            };
        }
        let Silence::GivenUp(video, event) = video.silent(Timestamp::EPOCH, PATIENCE) else {
            panic!("for ever")
        };
        let failed = video.failed(&event, Timestamp::EPOCH).unwrap();
        assert_eq!(
            (failed.upload_status, failed.due_at),
            (UploadStatus::Failed, None)
        );
        assert_eq!(failed.failure, Some(event.failure));
    }

    #[test]
    fn a_failed_upload_may_be_replaced_and_a_ready_one_not() {
        let now = Timestamp::EPOCH;
        let failed = [Thing::Uploaded(7), Thing::Failed(7)]
            .iter()
            .fold(begun(), |v, t| happen(&v, t, now));
        let again = happen(&failed, &Thing::Uploaded(8), now);
        assert_eq!(
            (again.upload_status, &again.failure, again.generation),
            (UploadStatus::Uploaded, &None, 8)
        );
        let ready = happen(&again, &Thing::Completed(8), now);
        assert_eq!(happen(&ready, &Thing::Uploaded(9), now), ready);
    }

    fn thing() -> impl Strategy<Value = Thing> {
        prop_oneof![
            (0_u8..2).prop_map(Thing::Described),
            (1_i64..4).prop_map(Thing::Uploaded),
            (1_i64..4).prop_map(Thing::Completed),
            (1_i64..4).prop_map(Thing::Failed),
            Just(Thing::Silent),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_in_whatever_order(things in prop::collection::vec(thing(), 0..30)) {
            let mut video = begun();
            for (at, thing) in things.iter().enumerate() {
                let now = Timestamp::from_millis(i64::try_from(at).unwrap());
                let next = happen(&video, thing, now);
                prop_assert_eq!(happen(&next, thing, now).version, next.version, "a repetition is no news");
                prop_assert!(next.generation >= video.generation && next.runs <= MOST_RUNS);
                prop_assert!(video.published_at.is_none() || next.published_at == video.published_at, "published once");
                let ready = next.upload_status == UploadStatus::Ready;
                prop_assert!(ready || video.upload_status != UploadStatus::Ready, "ready for ever");
                prop_assert_eq!(next.published_at.is_some(), ready && next.title.is_some());
                prop_assert_eq!(next.made.is_some(), ready);
                prop_assert_eq!(next.failure.is_some(), next.upload_status == UploadStatus::Failed);
                prop_assert_eq!(next.due_at.is_some(), next.upload_status == UploadStatus::Uploaded, "somebody waits");
                video = next;
            }
        }
    }
}
