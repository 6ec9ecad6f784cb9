//! What the pipeline made.

use crate::ladder::Rung;
use crate::package::{AUDIO, PLAYLIST, Track};
use crate::playlist::{self, Rates};

/// A video that plays. Every name is relative to the output folder and final.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Length in seconds.
    pub duration: f64,
    /// Width of the source in pixels, upright and with square pixels.
    pub width: u32,
    /// Height of the source in pixels, likewise.
    pub height: u32,
    /// The shape of the picture, `16:9`.
    pub aspect_ratio: String,
    /// Frames of the picture, the same in every rendition.
    pub frames: u64,
    /// The renditions, best first.
    pub renditions: Vec<Rendition>,
    /// The media playlist of the sound; `None` for a silent video.
    pub audio_playlist: Option<String>,
    /// The playlist to give to a player.
    pub master_playlist: String,
    /// Four pictures, at 0, 25, 50 and 75 %.
    pub thumbnails: Vec<String>,
    /// Everything that must be kept: segments first, then thumbnails, then media playlists, the master playlist last. Whoever copies them
    /// in this order never shows a name whose file is not there yet.
    pub files: Vec<String>,
}

/// One quality.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendition {
    /// By the short side: `720p`.
    pub name: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Peak bit rate of picture and sound in bits per second.
    pub peak_rate: u64,
    /// Average bit rate of picture and sound in bits per second.
    pub average_rate: u64,
    /// Its media playlist.
    pub playlist: String,
}

/// The sizes that the outcome speaks of.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
}

/// Puts the results together. `rungs` and `tracks` stand side by side.
pub fn outcome(
    size: Size,
    rungs: &[Rung],
    tracks: &[Track],
    audio: Option<&Track>,
    thumbnails: Vec<String>,
) -> Outcome {
    let rendition = |(rung, track): (&Rung, &Track)| {
        let rates = Rates::of(track).and(audio.map(Rates::of));
        Rendition {
            name: rung.name.clone(),
            width: rung.width,
            height: rung.height,
            peak_rate: rates.peak,
            average_rate: rates.average,
            playlist: format!("{}/{PLAYLIST}", rung.name),
        }
    };
    Outcome {
        duration: duration(tracks.first(), audio),
        width: size.width,
        height: size.height,
        aspect_ratio: aspect_ratio(size.width, size.height),
        frames: tracks.first().map_or(0, Track::frames),
        renditions: rungs.iter().zip(tracks).map(rendition).collect(),
        audio_playlist: audio.map(|_| format!("{AUDIO}/{PLAYLIST}")),
        master_playlist: playlist::MASTER.to_owned(),
        files: files(tracks, audio, &thumbnails),
        thumbnails,
    }
}

/// Until the picture ends, or the sound if that is clearly later: a packet of sound always hangs over a little.
fn duration(video: Option<&Track>, audio: Option<&Track>) -> f64 {
    let end = |track: Option<&Track>| track.map_or(0.0, |track| track.span().1);
    let (video, audio) = (end(video), end(audio));
    if audio > video + 0.1 { audio } else { video }
}

fn files(tracks: &[Track], audio: Option<&Track>, thumbnails: &[String]) -> Vec<String> {
    let all: Vec<String> = tracks.iter().chain(audio).flat_map(Track::files).collect();
    let (playlists, media): (Vec<String>, Vec<String>) =
        all.into_iter().partition(|name| name.ends_with(PLAYLIST));
    let master = std::iter::once(playlist::MASTER.to_owned());
    media
        .into_iter()
        .chain(thumbnails.iter().cloned())
        .chain(playlists)
        .chain(master)
        .collect()
}

/// Shapes that people know by name, and how near a picture must be (one hundredth) to have it.
const KNOWN: [(u32, u32); 11] = [
    (16, 9),
    (9, 16),
    (4, 3),
    (3, 4),
    (1, 1),
    (3, 2),
    (2, 3),
    (21, 9),
    (9, 21),
    (5, 4),
    (4, 5),
];

/// The shape as `16:9`: a known one if it is near, else the reduced fraction.
pub fn aspect_ratio(width: u32, height: u32) -> String {
    let shape = f64::from(width) / f64::from(height.max(1));
    let near = |&&(w, h): &&(u32, u32)| (shape * f64::from(h) / f64::from(w) - 1.0).abs() <= 0.01;
    if let Some((w, h)) = KNOWN.iter().find(near) {
        return format!("{w}:{h}");
    }
    let common = gcd(width, height).max(1);
    format!("{}:{}", width / common, height / common)
}

fn gcd(one: u32, other: u32) -> u32 {
    if other == 0 { one } else { gcd(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_have_their_usual_names() {
        let cases = [
            (1920, 1080, "16:9"),
            (1080, 1920, "9:16"),
            (854, 480, "16:9"),
            (427, 241, "16:9"),
            (1080, 1080, "1:1"),
            (1080, 2340, "6:13"),
            (1000, 17, "1000:17"),
        ];
        for (width, height, shape) in cases {
            assert_eq!(aspect_ratio(width, height), shape);
        }
    }

    #[test]
    fn playlists_come_after_what_they_name() {
        let track = Track {
            name: "360p".into(),
            ..Track::default()
        };
        let files = files(&[track], None, &["thumbnails/0.jpg".to_owned()]);
        assert_eq!(
            files,
            [
                "360p/init.mp4",
                "thumbnails/0.jpg",
                "360p/index.m3u8",
                "master.m3u8"
            ]
        );
    }
}
