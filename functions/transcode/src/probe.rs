//! What FFprobe says about a file, as plain types.

use serde::Deserialize;

use crate::failure::{Code, Failure, why_unreadable};
use crate::run;
use crate::source::Source;

/// The demuxers that an upload may use, by FFmpeg's names. Given to every tool: nothing else is even opened.
pub const FORMATS: &str = "mov,matroska,avi,mpegts,mpeg,flv,asf,ogg";

/// A fraction as FFprobe writes it, for time bases, frame rates and pixel shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Above the line.
    pub num: u32,
    /// Below the line; never 0.
    pub den: u32,
}

impl Ratio {
    /// Reads `30000/1001` or `4:3`; `0:1`, `0/0` and `N/A` are nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (num, den) = text.split_once(['/', ':'])?;
        let (num, den) = (num.parse().ok()?, den.parse().ok()?);
        (num > 0 && den > 0).then_some(Self { num, den })
    }
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// FFmpeg's name of the demuxer, for example `mov,mp4,m4a,3gp,3g2,mj2`.
    pub format: String,
    /// The four letters with which an MP4 says what it is meant to be, `isom`; `None` elsewhere.
    pub brand: Option<String>,
    /// The length the container declares, in seconds. For an AVI by its header's count of frames: FFmpeg itself shortens the
    /// length of a file that is cut.
    pub duration: Option<f64>,
    /// The first moving picture: cover art does not count.
    pub video: Option<Video>,
    /// The sound that would be played by default.
    pub audio: Option<Audio>,
}

/// The moving picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Video {
    /// The stream's number in the file.
    pub index: u32,
    /// FFmpeg's name of the codec; `None` when it has no decoder's name for it.
    pub codec: Option<String>,
    /// Stored width in pixels, before rotation and pixel shape.
    pub width: u32,
    /// Stored height in pixels.
    pub height: u32,
    /// The shape of a pixel, when it is not square.
    pub pixel_shape: Option<Ratio>,
    /// Degrees that a player turns the picture by: the display matrix, rounded to whole turns of 90.
    pub quarter_turns: u8,
    /// FFmpeg's name of the pixel format.
    pub pixel_format: String,
    /// FFmpeg's name of the transfer curve (`smpte2084` and `arib-std-b67` are HDR).
    pub transfer: String,
    /// FFmpeg's name of the colour matrix.
    pub matrix: String,
    /// Whether frames are stored as two fields.
    pub interlaced: bool,
    /// One tick of the stream's timestamps, in seconds.
    pub time_base: Option<Ratio>,
    /// The stream's own declared length, in seconds.
    pub duration: Option<f64>,
    /// How many frames the index names. Only MP4 and MOV have an index that can be believed.
    pub indexed_frames: Option<u64>,
}

/// The sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Audio {
    /// The stream's number in the file.
    pub index: u32,
    /// The stream's own declared length, in seconds.
    pub duration: Option<f64>,
    /// How many packets the index names, as for the picture.
    pub indexed_packets: Option<u64>,
}

impl Video {
    /// Width and height as a person sees them: square pixels, turned upright.
    pub fn upright(&self) -> (u32, u32) {
        let width = match self.pixel_shape {
            Some(Ratio { num, den }) if num != den => {
                let exact = u64::from(self.width) * u64::from(num);
                u32::try_from((exact + u64::from(den) / 2) / u64::from(den)).unwrap_or(u32::MAX)
            }
            _ => self.width,
        };
        if self.quarter_turns % 2 == 1 {
            (self.height, width)
        } else {
            (width, self.height)
        }
    }

    /// Whether the picture must be tone-mapped for an ordinary screen.
    pub fn is_hdr(&self) -> bool {
        matches!(self.transfer.as_str(), "smpte2084" | "arib-std-b67")
    }

    /// Whether the picture is stored as red, green and blue.
    pub fn is_rgb(&self) -> bool {
        self.matrix == "gbr"
            || ["gbr", "rgb", "bgr", "argb", "abgr", "pal8"]
                .iter()
                .any(|p| self.pixel_format.starts_with(p))
    }
}

/// Asks FFprobe. A file that cannot be opened as one of [`FORMATS`] is a [`Failure`] with the reason.
pub async fn probe(source: &Source) -> Result<Probe, Failure> {
    if let Source::File(path) = source {
        let size = tokio::fs::metadata(path)
            .await
            .map_err(|error| Failure::source_unavailable().with_notes(error.kind().to_string()))?;
        if size.len() == 0 {
            return Err(Failure::new(Code::Empty, "The file is empty."));
        }
    }
    let arguments = |level: &str| {
        let mut all = vec!["-v".to_owned(), level.to_owned()];
        all.extend(crate::command::input_options(source));
        all.extend(["-of", "json", "-show_format", "-show_streams"].map(String::from));
        all.push(source.input());
        all
    };
    let done = run::collect("ffprobe", &arguments("error")).await?;
    if done.success {
        return parse(&done.stdout);
    }
    // Once more with more words, only to say why.
    let done = run::collect("ffprobe", &arguments("debug")).await?;
    let words = source.redact(&done.stderr);
    Err(why_unreadable(&words).with_notes(words))
}

/// Reads FFprobe's JSON.
pub fn parse(json: &[u8]) -> Result<Probe, Failure> {
    let raw: Raw =
        serde_json::from_slice(json).map_err(|error| Failure::internal(format!("ffprobe: {error}")))?;
    let indexed = raw.format.format_name.starts_with("mov");
    let video = raw
        .streams
        .iter()
        .find(|s| s.codec_type == "video" && s.disposition.attached_pic == 0);
    let sounds = || raw.streams.iter().filter(|s| s.is_playable_sound());
    let audio = sounds()
        .find(|s| s.disposition.default == 1)
        .or_else(|| sounds().next());
    Ok(Probe {
        duration: longer(
            seconds(raw.format.duration.as_deref()),
            video
                .and_then(RawStream::counted_seconds)
                .filter(|_| raw.format.format_name == "avi"),
        ),
        video: video.map(|stream| stream.video(indexed)),
        audio: audio.map(|stream| stream.audio(indexed)),
        brand: raw.format.tags.major_brand,
        format: raw.format.format_name,
    })
}

fn seconds(text: Option<&str>) -> Option<f64> {
    text?
        .parse()
        .ok()
        .filter(|seconds: &f64| seconds.is_finite() && *seconds > 0.0)
}

fn longer(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::max)
}

#[derive(Deserialize)]
struct Raw {
    format: RawFormat,
    #[serde(default)]
    streams: Vec<RawStream>,
}

#[derive(Deserialize)]
struct RawFormat {
    #[serde(default)]
    format_name: String,
    duration: Option<String>,
    #[serde(default)]
    tags: RawTags,
}

#[derive(Deserialize, Default)]
struct RawTags {
    major_brand: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawStream {
    index: u32,
    codec_type: String,
    codec_name: Option<String>,
    width: u32,
    height: u32,
    sample_aspect_ratio: String,
    pix_fmt: String,
    color_transfer: String,
    color_space: String,
    field_order: String,
    time_base: String,
    avg_frame_rate: String,
    duration: Option<String>,
    nb_frames: Option<String>,
    channels: u32,
    disposition: RawDisposition,
    side_data_list: Vec<RawSideData>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawDisposition {
    default: u8,
    attached_pic: u8,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawSideData {
    rotation: Option<f64>,
}

impl RawStream {
    fn codec(&self) -> Option<String> {
        self.codec_name
            .clone()
            .filter(|name| !matches!(name.as_str(), "" | "none" | "unknown"))
    }

    fn is_playable_sound(&self) -> bool {
        self.codec_type == "audio" && self.channels > 0 && self.codec().is_some()
    }

    fn count(&self, indexed: bool) -> Option<u64> {
        self.nb_frames
            .as_deref()?
            .parse()
            .ok()
            .filter(|count| indexed && *count > 0)
    }

    /// The count of frames over the frame rate.
    fn counted_seconds(&self) -> Option<f64> {
        let rate = Ratio::parse(&self.avg_frame_rate)?;
        let frames: f64 = self.nb_frames.as_deref()?.parse().ok()?;
        Some(frames * f64::from(rate.den) / f64::from(rate.num))
    }

    fn video(&self, indexed: bool) -> Video {
        let rotation = self
            .side_data_list
            .iter()
            .find_map(|data| data.rotation)
            .unwrap_or(0.0);
        Video {
            index: self.index,
            codec: self.codec(),
            width: self.width,
            height: self.height,
            pixel_shape: Ratio::parse(&self.sample_aspect_ratio),
            quarter_turns: quarter_turns(rotation),
            pixel_format: self.pix_fmt.clone(),
            transfer: self.color_transfer.clone(),
            matrix: self.color_space.clone(),
            interlaced: matches!(self.field_order.as_str(), "tt" | "bb" | "tb" | "bt"),
            time_base: Ratio::parse(&self.time_base),
            duration: seconds(self.duration.as_deref()),
            indexed_frames: self.count(indexed),
        }
    }

    fn audio(&self, indexed: bool) -> Audio {
        Audio {
            index: self.index,
            duration: seconds(self.duration.as_deref()),
            indexed_packets: self.count(indexed),
        }
    }
}

fn quarter_turns(degrees: f64) -> u8 {
    match degrees.rem_euclid(360.0) {
        turned if (45.0..135.0).contains(&turned) => 1,
        turned if (135.0..225.0).contains(&turned) => 2,
        turned if (225.0..315.0).contains(&turned) => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(streams: &str) -> Probe {
        let json =
            format!(r#"{{"streams":[{streams}],"format":{{"format_name":"mov,mp4","duration":"2.5"}}}}"#);
        parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_phone_clip_is_read_upright() {
        let probe = read(
            r#"{"index":0,"codec_type":"video","codec_name":"h264","width":1920,"height":1080,"nb_frames":"75",
                "sample_aspect_ratio":"1:1","time_base":"1/600","side_data_list":[{"rotation":-90}]},
               {"index":1,"codec_type":"audio","codec_name":"aac","channels":2,"disposition":{"default":1}}"#,
        );
        let video = probe.video.unwrap();
        assert_eq!((video.upright(), video.quarter_turns), ((1080, 1920), 3));
        assert_eq!(video.indexed_frames, Some(75));
        assert_eq!(video.time_base, Some(Ratio { num: 1, den: 600 }));
        assert_eq!(probe.audio.unwrap().index, 1);
        assert_eq!(probe.duration, Some(2.5));
    }

    #[test]
    fn cover_art_is_no_picture_and_unknown_sound_is_no_sound() {
        let probe = read(
            r#"{"index":0,"codec_type":"video","codec_name":"png","width":9,"height":9,"disposition":{"attached_pic":1}},
               {"index":1,"codec_type":"audio","codec_name":"unknown","channels":2},
               {"index":2,"codec_type":"audio","codec_name":"mp3","channels":1}"#,
        );
        assert_eq!(probe.video, None);
        assert_eq!(probe.audio.unwrap().index, 2);
    }

    #[test]
    fn an_avi_is_as_long_as_its_header_counts() {
        let stream = r#"{"codec_type":"video","avg_frame_rate":"30/1","nb_frames":"300"}"#;
        for (format, duration) in [("avi", 10.0), ("mov,mp4", 3.6)] {
            let json =
                format!(r#"{{"streams":[{stream}],"format":{{"format_name":"{format}","duration":"3.6"}}}}"#);
            assert_eq!(parse(json.as_bytes()).unwrap().duration, Some(duration));
        }
    }

    #[test]
    fn wide_pixels_make_a_wider_picture() {
        let probe = read(
            r#"{"codec_type":"video","codec_name":"dvvideo","width":720,"height":576,"sample_aspect_ratio":"64:45"}"#,
        );
        assert_eq!(probe.video.unwrap().upright(), (1024, 576));
    }

    #[test]
    fn ratios_without_a_value_are_nothing() {
        for text in ["0/0", "0:1", "N/A", "", "1/0", "-1/2"] {
            assert_eq!(Ratio::parse(text), None, "{text}");
        }
    }
}
