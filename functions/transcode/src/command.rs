//! The arguments of FFmpeg, as plain lists.

use std::path::Path;

use crate::filters;
use crate::ladder::Rung;
use crate::probe::{Audio, FORMATS, Ratio, Video};
use crate::source::Source;
use crate::thumbnails;

/// Seconds between keyframes. Forced by time, so that every rendition has them at the same frames.
pub const KEYFRAME_SECONDS: u32 = 2;

/// Seconds of a media segment.
pub const SEGMENT_SECONDS: u32 = 4;

/// The most pixels a decoded frame may have: 4096 x 4096 and the padding of a codec. A file can change its size halfway.
const MAX_PIXELS: u32 = 4224 * 4224;

/// Everything that decides what one run of FFmpeg does.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// What to read.
    pub source: &'a Source,
    /// The picture in it.
    pub video: &'a Video,
    /// The sound in it, if any.
    pub audio: Option<&'a Audio>,
    /// The renditions to make, best first.
    pub rungs: &'a [Rung],
    /// The length of the picture in seconds, for the thumbnails.
    pub duration: f64,
}

/// Options of ffmpeg and ffprobe that stand before the source.
///
/// Only the containers we know and only the source's own protocols are opened, so that a crafted upload reads no other file
/// and no other address. A dropped connection is taken up again for a while.
pub fn input_options(source: &Source) -> Vec<String> {
    let mut options = list(&["-hide_banner", "-format_whitelist", FORMATS]);
    options.extend(list(&["-protocol_whitelist", source.protocols()]));
    if matches!(source, Source::Url(_)) {
        options.extend(list(&[
            "-rw_timeout",
            "30000000",
            "-reconnect",
            "1",
            "-reconnect_streamed",
            "1",
        ]));
        options.extend(list(&[
            "-reconnect_on_network_error",
            "1",
            "-reconnect_delay_max",
            "8",
        ]));
    }
    options
}

/// The arguments that make every rendition, the sound and the thumbnails in one process that decodes once.
///
/// Each rendition, then the sound, is written as one fragmented MP4 to the Unix socket in `sockets` at the same place.
/// Thumbnails are files relative to the current folder, which keeps `%` in folder names harmless.
pub fn transcode(plan: &Plan<'_>, sockets: &[&Path]) -> Vec<String> {
    let mut arguments = list(&[
        "-nostdin",
        "-v",
        "warning",
        "-nostats",
        "-progress",
        "pipe:1",
        "-y",
    ]);
    arguments.extend(input_options(plan.source));
    arguments.extend([
        "-max_pixels".into(),
        MAX_PIXELS.to_string(),
        "-i".into(),
        plan.source.input(),
    ]);
    arguments.extend([
        "-filter_complex".into(),
        filters::graph(plan.video, plan.rungs, plan.duration),
    ]);
    for (place, rung) in plan.rungs.iter().enumerate() {
        arguments.extend(video_output(plan, place, rung));
        arguments.extend(sockets.get(place).map(|socket| unix(socket)));
    }
    if let Some(audio) = plan.audio {
        arguments.extend(audio_output(audio));
        arguments.extend(sockets.get(plan.rungs.len()).map(|socket| unix(socket)));
    }
    arguments.extend(list(&[
        "-map",
        filters::THUMBNAILS_LABEL,
        "-fps_mode",
        "passthrough",
        "-q:v",
        "4",
    ]));
    arguments.extend(list(&[
        "-map_metadata",
        "-1",
        "-f",
        "image2",
        thumbnails::PATTERN,
    ]));
    arguments
}

/// One rendition. Capped CRF, never an average bit rate: quality does not depend on where a chunk begins.
fn video_output(plan: &Plan<'_>, place: usize, rung: &Rung) -> Vec<String> {
    let base = encoder_time_base(plan.video.time_base);
    let mut options = list(&[
        "-map",
        &filters::rung_label(place),
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
    ]);
    options.extend(list(&["-crf", "22", "-maxrate", &rung.max_rate.to_string()]));
    options.extend(list(&["-bufsize", &(rung.max_rate / 2 * 3).to_string()]));
    // frames keep the source's times: no frame is doubled or dropped to make a constant rate
    options.extend(list(&[
        "-fps_mode",
        "passthrough",
        "-enc_time_base:v",
        &format!("{}/{}", base.num, base.den),
    ]));
    // a keyframe at the first frame of every two seconds and nowhere else
    options.extend(list(&[
        "-force_key_frames",
        &format!("expr:gte(t,n_forced*{KEYFRAME_SECONDS})"),
    ]));
    options.extend(list(&["-g", "100000", "-sc_threshold", "0"]));
    options.extend(fragmented("frag_keyframe"));
    options
}

/// The sound, encoded once for all renditions: encoding it in parts adds priming at each seam. Holes and a late start in the
/// source become silence, so that it stays beside the picture.
fn audio_output(audio: &Audio) -> Vec<String> {
    let mut options = list(&["-map", &format!("0:{}", audio.index)]);
    options.extend(list(&[
        "-af",
        "aresample=48000:async=1:first_pts=0",
        "-c:a",
        "aac",
        "-b:a",
        "128k",
        "-ac",
        "2",
    ]));
    options.extend(list(&[
        "-frag_duration",
        &(SEGMENT_SECONDS * 1_000_000).to_string(),
    ]));
    options.extend(fragmented("default_base_moof"));
    options
}

/// `delay_moov` writes the header after the first packets, when the edit list is known: the delay of B-frames and the priming
/// of AAC are in it. (The muxers `hls` and `dash` lose one or the other.)
fn fragmented(flag: &str) -> Vec<String> {
    let flags = format!("+{flag}+delay_moov+default_base_moof+skip_trailer");
    let mut options = list(&[
        "-map_metadata",
        "-1",
        "-map_chapters",
        "-1",
        "-max_muxing_queue_size",
        "4096",
    ]);
    // a late start is an empty edit in the movie's ticks: make these fine
    options.extend(list(&[
        "-f",
        "mp4",
        "-movie_timescale",
        "90000",
        "-movflags",
        &flags,
    ]));
    options
}

/// The source's own time base, so that its timestamps survive exactly; a strange one becomes the usual 1/90000.
fn encoder_time_base(source: Option<Ratio>) -> Ratio {
    let usual = Ratio { num: 1, den: 90_000 };
    source
        .filter(|base| base.num <= base.den && base.den <= 1_000_000)
        .unwrap_or(usual)
}

fn unix(socket: &Path) -> String {
    format!("unix:{}", socket.display())
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ladder::ladder;

    fn following<'a>(arguments: &'a [String], option: &str) -> Vec<&'a str> {
        let pairs = arguments.windows(2).filter(|pair| pair[0] == option);
        pairs.map(|pair| pair[1].as_str()).collect()
    }

    #[test]
    fn one_output_for_each_rung_the_sound_and_the_thumbnails() {
        let json = r#"{"format":{"format_name":"mov"},"streams":[
            {"index":0,"codec_type":"video","codec_name":"h264","width":1280,"height":720,"time_base":"1/15360"},
            {"index":1,"codec_type":"audio","codec_name":"aac","channels":2}]}"#;
        let probe = crate::probe::parse(json.as_bytes()).unwrap();
        let source = Source::File("/in.mp4".into());
        let rungs = ladder(1280, 720);
        let plan = Plan {
            source: &source,
            video: probe.video.as_ref().unwrap(),
            audio: probe.audio.as_ref(),
            rungs: &rungs,
            duration: 4.0,
        };
        let sockets: Vec<_> = ["/s/0", "/s/1", "/s/2", "/s/3"].map(Path::new).to_vec();
        let arguments = transcode(&plan, &sockets);
        assert_eq!(
            following(&arguments, "-map"),
            ["[r0]", "[r1]", "[r2]", "0:1", "[thumbs]"]
        );
        assert_eq!(
            following(&arguments, "-maxrate"),
            ["2500000", "1000000", "500000"]
        );
        assert_eq!(following(&arguments, "-enc_time_base:v"), ["1/15360"; 3]);
        assert_eq!(following(&arguments, "-i"), ["file:/in.mp4"]);
        let outputs: Vec<_> = arguments
            .iter()
            .filter(|text| text.starts_with("unix:"))
            .collect();
        assert_eq!(outputs, ["unix:/s/0", "unix:/s/1", "unix:/s/2", "unix:/s/3"]);
    }

    #[test]
    fn only_a_sane_time_base_is_kept() {
        let kept = |num, den| encoder_time_base(Some(Ratio { num, den }));
        assert_eq!(kept(1, 600), Ratio { num: 1, den: 600 });
        assert_eq!(
            kept(1001, 30_000),
            Ratio {
                num: 1001,
                den: 30_000
            }
        );
        assert_eq!(kept(1, 1_000_000_000).den, 90_000);
        assert_eq!(kept(2, 1).den, 90_000);
        assert_eq!(encoder_time_base(None).den, 90_000);
    }

    #[test]
    fn an_upload_opens_nothing_but_itself() {
        let file = input_options(&Source::File("/in".into()));
        assert_eq!(following(&file, "-protocol_whitelist"), ["file"]);
        let url = input_options(&Source::Url("https://x/y".into()));
        assert!(!following(&url, "-protocol_whitelist")[0].contains("file"));
        assert_eq!(following(&url, "-format_whitelist"), [FORMATS]);
    }
}
