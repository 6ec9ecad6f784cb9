//! The results to their bucket, so that no name is shown whose file is not there yet.

use crate::package::PLAYLIST;
use crate::{Failure, Outcome};
use cloud::Cloud;
use contracts::pipeline::{Order, RENDITIONS, rendition_name};
use futures::{StreamExt, TryStreamExt, stream};
use std::path::Path;

/// How many files are on their way at a time.
const AT_ONCE: usize = 8;

/// A name never comes to mean other bytes, as it carries the generation.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Stores every file: pictures and sound first, then the playlists of each rendition, the master playlist last.
pub(super) async fn deliver(
    cloud: &Cloud,
    order: &Order,
    folder: &Path,
    outcome: &Outcome,
    progress: &mut (dyn FnMut(u8) + Send),
) -> Result<(), Failure> {
    let bucket = cloud.bucket(RENDITIONS);
    let store = async |file: &str| {
        let name = rendition_name(order.video_id, order.generation, file);
        let path = folder.join(file);
        cloud
            .objects()
            .upload(&bucket, &name, &path, content_type(file), FOR_EVER)
            .await
            .map_err(|error| Failure::internal(format!("storing {file}: {error:?}")))
    };
    let mut stored = 0;
    for stage in stages(&outcome.files, &outcome.master_playlist) {
        let mut files = stream::iter(stage).map(&store).buffer_unordered(AT_ONCE);
        while files.try_next().await?.is_some() {
            stored += 1;
            progress(u8::try_from(stored * 100 / outcome.files.len()).unwrap_or(100));
        }
    }
    Ok(())
}

/// What may be stored side by side, in the order of the groups.
fn stages<'a>(files: &'a [String], master: &str) -> [Vec<&'a str>; 3] {
    let mut stages = [Vec::new(), Vec::new(), Vec::new()];
    for file in files {
        let stage = if file == master {
            2
        } else {
            usize::from(file.ends_with(PLAYLIST))
        };
        stages[stage].push(file.as_str());
    }
    stages
}

fn content_type(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or_default() {
        "m3u8" => "application/vnd.apple.mpegurl",
        "m4s" => "video/iso.segment",
        "mp4" => "video/mp4",
        "jpg" => "image/jpeg",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_master_playlist_is_stored_alone_and_last() {
        let files = [
            "360p/init.mp4",
            "360p/segment-00000.m4s",
            "thumbnails/0.jpg",
            "360p/index.m3u8",
            "audio/index.m3u8",
            "master.m3u8",
        ];
        let files = files.map(str::to_owned);
        let [media, playlists, master] = stages(&files, "master.m3u8");
        assert_eq!(
            media,
            ["360p/init.mp4", "360p/segment-00000.m4s", "thumbnails/0.jpg"]
        );
        assert_eq!(playlists, ["360p/index.m3u8", "audio/index.m3u8"]);
        assert_eq!(master, ["master.m3u8"]);
        assert!(
            files
                .iter()
                .all(|file| content_type(file) != "application/octet-stream")
        );
    }
}
