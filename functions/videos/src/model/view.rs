//! A video as clients see it.

use super::Video;
use contracts::pipeline::Progress;
use contracts::resources::{self, UploadStatus, VideoQuality, VideoStream};

impl Video {
    /// The resource. `progress` is what its job last said, `url` the address of an object in the bucket of renditions.
    pub(crate) fn view(&self, progress: Option<Progress>, url: impl Fn(&str) -> String) -> resources::Video {
        let (upload_status, progress) = self.standing(progress);
        let made = self.made.as_ref();
        let thumbnails: Vec<String> = made
            .map(|made| made.thumbnails.iter().map(|name| url(name)).collect())
            .unwrap_or_default();
        let renditions = made.map(|made| made.renditions.iter()).into_iter().flatten();
        resources::Video {
            video_id: self.video_id,
            user_id: self.user_id,
            title: self.title.clone(),
            description: self.description.clone(),
            tags: self.tags.clone(),
            r#type: self.r#type,
            duration: made.map(|made| made.duration),
            width: made.map(|made| made.width),
            height: made.map(|made| made.height),
            aspect_ratio: made.map(|made| made.aspect_ratio.clone()),
            upload_status,
            failure: self.failure.clone(),
            progress,
            transcoded_urls: renditions
                .map(|rendition| (rendition.name.clone(), url(&rendition.playlist)))
                .collect(),
            hls_manifest_url: made.map(|made| url(&made.hls_manifest)),
            thumbnail_url: thumbnails.first().cloned(),
            thumbnails,
            visibility: self.visibility,
            created_at: self.created_at,
            updated_at: self.updated_at,
            processed_at: self.processed_at,
            published_at: self.published_at,
        }
    }

    /// Where to play it from; none while there is nothing to play.
    pub(crate) fn stream(&self, url: impl Fn(&str) -> String) -> Option<VideoStream> {
        let made = self.made.as_ref()?;
        let qualities = made.renditions.iter().map(|rendition| VideoQuality {
            name: rendition.name.clone(),
            width: rendition.width,
            height: rendition.height,
            bandwidth: rendition.bandwidth,
            url: url(&rendition.playlist),
        });
        Some(VideoStream {
            video_id: self.video_id,
            hls_manifest_url: url(&made.hls_manifest),
            qualities: qualities.collect(),
        })
    }

    /// Status and percent: an uploaded video whose job was heard of is being processed.
    fn standing(&self, progress: Option<Progress>) -> (UploadStatus, u8) {
        let heard = progress.filter(|progress| progress.generation == self.generation);
        match (self.upload_status, heard) {
            (UploadStatus::Uploaded, Some(heard)) => (UploadStatus::Processing, heard.progress),
            (UploadStatus::Ready, _) => (UploadStatus::Ready, 100),
            (status, _) => (status, 0),
        }
    }
}
