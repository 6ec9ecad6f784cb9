//! HLS playlists (RFC 8216, with the attributes of Apple's authoring guide), as text.

use std::fmt::Write;

use crate::ladder::Rung;
use crate::package::{AUDIO, INIT, PLAYLIST, Track, segment_name};

/// The master playlist's name in the output folder.
pub const MASTER: &str = "master.m3u8";

/// The playlist of one rendition: every segment, and the end.
pub fn media(track: &Track) -> String {
    let durations = track.durations();
    let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:7\n");
    let _ = writeln!(text, "#EXT-X-TARGETDURATION:{}", target(&durations));
    text += "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n";
    let _ = writeln!(text, "#EXT-X-MAP:URI=\"{INIT}\"");
    for (place, duration) in durations.iter().enumerate() {
        let _ = writeln!(text, "#EXTINF:{duration:.6},\n{}", segment_name(place));
    }
    text + "#EXT-X-ENDLIST\n"
}

/// The playlist of playlists, best rendition first.
pub fn master(renditions: &[(&Rung, &Track)], audio: Option<&Track>) -> String {
    let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    if audio.is_some() {
        let _ = writeln!(
            text,
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{AUDIO}\",NAME=\"Original\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",\
             URI=\"{AUDIO}/{PLAYLIST}\""
        );
    }
    for (rung, track) in renditions {
        let rates = Rates::of(track).and(audio.map(Rates::of));
        let _ = write!(
            text,
            "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={}",
            rates.peak, rates.average
        );
        let _ = write!(text, ",RESOLUTION={}x{}", rung.width, rung.height);
        let _ = write!(
            text,
            ",FRAME-RATE={:.3},CODECS=\"{}\"",
            frame_rate(track),
            codecs(track, audio)
        );
        if audio.is_some() {
            let _ = write!(text, ",AUDIO=\"{AUDIO}\"");
        }
        let _ = writeln!(text, "\n{}/{PLAYLIST}", track.name);
    }
    text
}

/// The codecs of a rendition with its sound, for example `avc1.64001f,mp4a.40.2`.
pub fn codecs(track: &Track, audio: Option<&Track>) -> String {
    let inits = [Some(track), audio]
        .into_iter()
        .flatten()
        .filter_map(|track| track.init.as_ref());
    inits
        .map(|init| init.codec.as_str())
        .collect::<Vec<_>>()
        .join(",")
}

/// Frames per second, the average over the whole track: for a constant rate the rate, for a variable one less than
/// its highest.
#[expect(clippy::cast_precision_loss, reason = "frames of a video are far below 2^53")]
pub fn frame_rate(track: &Track) -> f64 {
    let (start, end) = track.span();
    if end > start {
        track.frames() as f64 / (end - start)
    } else {
        0.0
    }
}

/// Bits per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// `BANDWIDTH`: the highest of any run of segments that lasts between half and one and a half target durations.
    pub peak: u64,
    /// `AVERAGE-BANDWIDTH`: all bits over the whole time.
    pub average: u64,
}

impl Rates {
    /// Measured on what was packaged.
    pub fn of(track: &Track) -> Self {
        let sizes = track.segments.iter().map(|segment| segment.bytes);
        measure(&sizes.zip(track.durations()).collect::<Vec<_>>())
    }

    /// Of two tracks that are played together.
    pub fn and(self, other: Option<Self>) -> Self {
        let (peak, average) = other.map_or((0, 0), |other| (other.peak, other.average));
        Self {
            peak: self.peak + peak,
            average: self.average + average,
        }
    }
}

/// The rates of segments of (bytes, seconds): RFC 8216, section 4.3.4.2 and "peak segment bit rate" in section 1.
pub fn measure(segments: &[(u64, f64)]) -> Rates {
    let durations: Vec<f64> = segments.iter().map(|(_, seconds)| *seconds).collect();
    let target = f64::from(target(&durations));
    let mut peak = 0;
    for first in 0..segments.len() {
        let (mut bytes, mut seconds) = (0, 0.0);
        for (size, length) in &segments[first..] {
            bytes += size;
            seconds += length;
            if seconds > 1.5 * target {
                break;
            }
            if seconds >= 0.5 * target {
                peak = peak.max(rate(bytes, seconds));
            }
        }
    }
    let average = rate(
        segments.iter().map(|(bytes, _)| bytes).sum(),
        durations.iter().sum(),
    );
    Rates {
        peak: peak.max(average),
        average,
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive rate far below 2^53"
)]
fn rate(bytes: u64, seconds: f64) -> u64 {
    if seconds > 0.0 {
        (bytes as f64 * 8.0 / seconds).ceil() as u64
    } else {
        0
    }
}

/// `EXT-X-TARGETDURATION`: whole seconds that no segment exceeds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates and a segment is no century"
)]
fn target(durations: &[f64]) -> u32 {
    // a microsecond of slack: 4.0000001 is 4
    durations
        .iter()
        .fold(1.0_f64, |most, length| most.max((length - 1e-6).ceil())) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ladder::ladder;
    use crate::mp4::init::Init;
    use crate::package::Segment;
    use proptest::prelude::*;

    fn track(name: &str, codec: &str, bytes: &[u64]) -> Track {
        let segment = |(place, &bytes): (usize, &u64)| {
            let start = i64::try_from(place).unwrap() * 4000;
            Segment {
                start,
                end: start + 4000,
                decode_start: start,
                decode_end: start + 4000,
                frames: 120,
                keyframes: 2,
                begins_with_keyframe: true,
                bytes,
                times: 0,
            }
        };
        Track {
            name: name.into(),
            init: Some(Init {
                timescale: 1000,
                shift: 0,
                codec: codec.into(),
            }),
            segments: bytes.iter().enumerate().map(segment).collect(),
            whole: true,
        }
    }

    #[test]
    fn a_media_playlist() {
        let text = media(&track("360p", "avc1.64001e", &[1, 2]));
        assert_eq!(
            text,
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n\
             #EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:4.000000,\nsegment-00000.m4s\n\
             #EXTINF:4.000000,\nsegment-00001.m4s\n#EXT-X-ENDLIST\n"
        );
    }

    #[test]
    fn a_master_playlist_with_sound() {
        let rungs = ladder(640, 360);
        let video = track("360p", "avc1.64001e", &[50_000, 25_000]);
        let audio = track("audio", "mp4a.40.2", &[5_000, 5_000]);
        let text = master(&[(&rungs[0], &video)], Some(&audio));
        let last: Vec<_> = text.lines().skip(3).collect();
        assert_eq!(
            last,
            [
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Original\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio/index.m3u8\"",
                "#EXT-X-STREAM-INF:BANDWIDTH=110000,AVERAGE-BANDWIDTH=85000,RESOLUTION=640x360,FRAME-RATE=30.000,CODECS=\"avc1.64001e,mp4a.40.2\",AUDIO=\"audio\"",
                "360p/index.m3u8",
            ]
        );
    }

    #[test]
    fn a_silent_video_names_no_sound() {
        let rungs = ladder(640, 360);
        let text = master(&[(&rungs[0], &track("360p", "avc1.64001e", &[1000]))], None);
        assert!(!text.contains("AUDIO") && !text.contains("mp4a"), "{text}");
    }

    #[test]
    fn a_short_last_segment_is_no_peak() {
        assert_eq!(measure(&[(4000, 4.0), (4000, 4.0), (1000, 0.1)]).peak, 9757);
        assert_eq!(
            measure(&[(1000, 0.25)]),
            Rates {
                peak: 32_000,
                average: 32_000
            }
        );
        assert_eq!(measure(&[]), Rates { peak: 0, average: 0 });
    }

    proptest! {
        #[test]
        fn the_peak_is_never_below_the_average(segments in proptest::collection::vec((0u64..10_000_000, 0.01f64..12.0), 1..40)) {
            let rates = measure(&segments);
            prop_assert!(rates.peak >= rates.average);
        }

        #[test]
        fn no_segment_exceeds_the_target(durations in proptest::collection::vec(0.0f64..100.0, 0..40)) {
            let target = f64::from(target(&durations));
            prop_assert!(target >= 1.0 && durations.iter().all(|length| *length <= target + 1e-6));
        }
    }
}
