//! Jobs that nobody heard of for long are started again; in the end they are given up. What jobs made of videos that are gone is deleted.

use crate::model::{SHARDS, Silence, Video};
use crate::state::Videos;
use crate::store::{DUE, GONE, VIDEOS};
use cloud::{Document, Error, Stored, hash};
use contracts::events::videos::ProcessingFailed;
use runtime::Result;

/// Every few minutes. Two reads a shard; one read and one write for each video that is due, and for each that is gone two listings and a delete.
pub(crate) async fn run(videos: Videos) -> Result<()> {
    let documents = videos.cloud.documents();
    for shard in 0..SHARDS {
        for gone in documents.query(GONE.due(shard, videos.now(), DUE)).await? {
            videos.erase_objects(gone.video_id).await?;
            videos.cloud.commit().remove(GONE, &gone.id()).await?;
        }
        for video in documents.query(VIDEOS.due(shard, videos.now(), DUE)).await? {
            match look_after(&videos, &video).await {
                // somebody else has changed it: it is not silent any more, or comes again
                Ok(()) | Err(Error::Contention) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

async fn look_after(videos: &Videos, stored: &Stored<Video>) -> cloud::Result<()> {
    let now = videos.now();
    // without Redis nobody knows which jobs live, and all are taken to
    let lives = videos
        .progress(stored)
        .await
        .map_or(true, |progress| progress.is_some());
    if lives {
        let later = stored.postponed(now, videos.patience);
        return videos.change(stored, &later).await;
    }
    let video_id = stored.video_id.to_string();
    match stored.silent(now, videos.patience) {
        Silence::Again(video) => {
            tracing::warn!(video_id, runs = video.runs, "its job is silent and started again");
            let run = Videos::run(&video);
            videos.change(stored, &video).run(run).await
        }
        Silence::GivenUp(video, event) => {
            tracing::error!(video_id, "its job is silent and given up");
            let cause = [
                stored.video_id.as_bytes().as_slice(),
                &stored.generation.to_be_bytes(),
            ];
            let id = hash::event_id::<ProcessingFailed>(&cause);
            videos.change(stored, &video).emit_as(id, &event).await
        }
    }
}
