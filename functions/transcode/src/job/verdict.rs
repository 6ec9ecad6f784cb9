//! What is said of an attempt.

use super::MAX_RETRIES;
use crate::{Failure, Outcome};
use contracts::UserId;
use contracts::events::videos::{ProcessingCompleted, ProcessingFailed};
use contracts::pipeline::{Order, rendition_name};
use contracts::resources::{VideoFailure, VideoRendition};

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Verdict {
    Completed(ProcessingCompleted),
    /// The same bytes would fail again.
    Failed(ProcessingFailed, Failure),
    /// Another attempt might succeed, but there is none.
    GivenUp(ProcessingFailed, Failure),
    /// Another attempt may succeed, and nothing is said yet.
    Again(Failure),
}

/// Judges the attempt number `attempt` (from 0 on) at a video of `owner`.
pub(super) fn of(order: &Order, owner: UserId, result: Result<Outcome, Failure>, attempt: u32) -> Verdict {
    match result {
        Ok(outcome) => Verdict::Completed(completed(order, owner, outcome)),
        Err(failure) if failure.code.is_final() => {
            Verdict::Failed(failed(order, owner, &failure, failure.detail.clone()), failure)
        }
        Err(failure) if attempt >= MAX_RETRIES => {
            let detail =
                "Something went wrong on our side while the video was processed. Please upload it again.";
            Verdict::GivenUp(failed(order, owner, &failure, detail.to_owned()), failure)
        }
        Err(failure) => Verdict::Again(failure),
    }
}

fn completed(order: &Order, owner: UserId, outcome: Outcome) -> ProcessingCompleted {
    let name = |file: &String| rendition_name(order.video_id, order.generation, file);
    let renditions = outcome.renditions.iter().map(|rendition| VideoRendition {
        name: rendition.name.clone(),
        width: rendition.width,
        height: rendition.height,
        bandwidth: rendition.peak_rate,
        playlist: name(&rendition.playlist),
    });
    ProcessingCompleted {
        video_id: order.video_id,
        user_id: owner,
        generation: order.generation,
        duration: outcome.duration,
        width: outcome.width,
        height: outcome.height,
        hls_manifest: name(&outcome.master_playlist),
        thumbnails: outcome.thumbnails.iter().map(name).collect(),
        renditions: renditions.collect(),
        aspect_ratio: outcome.aspect_ratio,
    }
}

fn failed(order: &Order, owner: UserId, failure: &Failure, detail: String) -> ProcessingFailed {
    ProcessingFailed {
        video_id: order.video_id,
        user_id: owner,
        generation: order.generation,
        failure: VideoFailure {
            code: failure.code.as_str().to_owned(),
            detail,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::VideoId;
    use contracts::resources::VideoType;

    const OWNER: UserId = UserId::from_bytes([2; 16]);

    fn order() -> Order {
        Order {
            video_id: VideoId::from_bytes([1; 16]),
            object: "object".to_owned(),
            generation: 7,
            kind: VideoType::LongForm,
        }
    }

    #[test]
    fn a_final_failure_is_said_at_once_and_others_at_the_last_attempt() {
        for attempt in 0..=MAX_RETRIES {
            let verdict = of(&order(), OWNER, Err(Failure::cut_off()), attempt);
            assert!(matches!(verdict, Verdict::Failed(event, _) if event.failure.code == "cut_off"));
        }
        for attempt in 0..MAX_RETRIES {
            assert!(matches!(
                of(&order(), OWNER, Err(Failure::source_unavailable()), attempt),
                Verdict::Again(_)
            ));
        }
        let Verdict::GivenUp(event, failure) =
            of(&order(), OWNER, Err(Failure::source_unavailable()), MAX_RETRIES)
        else {
            panic!("nothing is said")
        };
        assert_eq!((event.generation, failure), (7, Failure::source_unavailable()));
        assert!(!event.failure.detail.contains("try again"), "nobody will");
    }

    #[test]
    fn names_carry_video_and_generation() {
        let outcome = Outcome {
            duration: 2.0,
            width: 640,
            height: 360,
            aspect_ratio: "16:9".to_owned(),
            frames: 60,
            renditions: Vec::new(),
            audio_playlist: None,
            master_playlist: "master.m3u8".to_owned(),
            thumbnails: vec!["thumbnails/0.jpg".to_owned()],
            files: Vec::new(),
        };
        let Verdict::Completed(event) = of(&order(), OWNER, Ok(outcome), 0) else {
            panic!("not completed")
        };
        let folder = format!("{}/7", order().video_id);
        assert_eq!(event.hls_manifest, format!("{folder}/master.m3u8"));
        assert_eq!(event.thumbnails, [format!("{folder}/thumbnails/0.jpg")]);
    }
}
