//! From FFmpeg's fragmented MP4 to the files a player asks for.
//!
//! The segments of a rendition are FFmpeg's own fragments, byte for byte but for the decode time of a track that starts late.
//! FFmpeg's own HLS and DASH muxers are not used: they lose the priming of the sound or the delay of the B-frames.
//! The sound is a rendition of its own, not muxed into each picture: it is encoded and stored once, every CMAF track holds
//! one medium, and the same files will serve DASH.

pub mod receive;
pub mod segments;

use crate::mp4::init::Init;
pub use segments::Segment;

/// The header's name in a rendition's folder.
pub const INIT: &str = "init.mp4";

/// The media playlist's name in a rendition's folder.
pub const PLAYLIST: &str = "index.m3u8";

/// The folder and name of the sound.
pub const AUDIO: &str = "audio";

/// The name of a segment in its rendition's folder, by its place.
pub fn segment_name(place: usize) -> String {
    format!("segment-{place:05}.m4s")
}

/// One packaged rendition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    /// Its name, which is its folder: `720p`, `audio`.
    pub name: String,
    /// What its header says; `None` when nothing arrived.
    pub init: Option<Init>,
    /// Its segments in order.
    pub segments: Vec<Segment>,
    /// Whether the last box that arrived was whole.
    pub whole: bool,
}

impl Track {
    /// How many frames (or packets of sound) it has.
    pub fn frames(&self) -> u64 {
        self.segments.iter().map(|segment| segment.frames).sum()
    }

    /// Seconds that `ticks` are.
    #[expect(
        clippy::cast_precision_loss,
        reason = "times of a video are far below 2^53 ticks"
    )]
    pub fn seconds(&self, ticks: i64) -> f64 {
        ticks as f64 / f64::from(self.init.as_ref().map_or(1, |init| init.timescale))
    }

    /// When the first frame is shown and the last one ends, in seconds; zeros for an empty track.
    pub fn span(&self) -> (f64, f64) {
        let start = self.segments.first().map_or(0, |segment| segment.start);
        let end = self.segments.iter().map(|segment| segment.end).max().unwrap_or(0);
        (self.seconds(start), self.seconds(end))
    }

    /// How long each segment lasts on screen, in seconds: until the next one's first frame, the last until its end.
    pub fn durations(&self) -> Vec<f64> {
        let starts = self.segments.iter().skip(1).map(|next| next.start);
        let ends = starts.chain(self.segments.last().map(|last| last.end));
        self.segments
            .iter()
            .zip(ends)
            .map(|(segment, end)| self.seconds(end - segment.start))
            .collect()
    }

    /// The relative names of its files, header and playlist included.
    pub fn files(&self) -> Vec<String> {
        let segments = (0..self.segments.len()).map(segment_name);
        let names = [INIT.to_owned(), PLAYLIST.to_owned()].into_iter().chain(segments);
        names.map(|name| format!("{}/{name}", self.name)).collect()
    }
}
