//! Which files become videos.

use crate::failure::{Code, Failure};
use crate::limits::{Kind, Limits};
use crate::probe::{FORMATS, Probe, Video};

/// The picture of an acceptable file and its length in seconds, or why it is refused.
///
/// `duration` is the length that is believed: the container's, or the packets' where the container has none.
pub fn accept<'a>(
    probe: &'a Probe,
    duration: f64,
    kind: Kind,
    limits: &Limits,
) -> Result<&'a Video, Failure> {
    let video = picture(probe)?;
    size(video, limits)?;
    length(duration, kind, limits)?;
    if kind == Kind::Short {
        shape(video, limits)?;
    }
    Ok(video)
}

/// The brands of pictures that share the container of MP4: AVIF and HEIF.
const STILLS: [&str; 5] = ["avif", "heic", "heix", "mif1", "mif2"];

/// A known container with a picture that we can decode.
///
/// A demuxer's success means little (a PNG named `.mp4` opens as `png_pipe`, a text that begins with `GIF89a` as `gif`), so
/// its name is compared with a list.
pub fn picture(probe: &Probe) -> Result<&Video, Failure> {
    if !probe
        .format
        .split(',')
        .any(|name| FORMATS.split(',').any(|known| known == name))
    {
        return Err(Failure::not_a_video().with_notes(format!("format {}", probe.format)));
    }
    if probe
        .brand
        .as_deref()
        .is_some_and(|brand| STILLS.contains(&brand.trim()))
    {
        return Err(Failure::new(
            Code::NotAVideo,
            "The file is a picture, not a video.",
        ));
    }
    let Some(video) = &probe.video else {
        return Err(match probe.audio {
            Some(_) => Failure::new(Code::NoPicture, "The file has sound, but no moving picture."),
            None => Failure::not_a_video().with_notes("no streams"),
        });
    };
    if video.codec.is_none() {
        return Err(Failure::new(
            Code::UnsupportedCodec,
            "The video uses a codec that we cannot decode.",
        ));
    }
    if video.width == 0 || video.height == 0 {
        return Err(Failure::new(
            Code::Damaged,
            "The video is damaged: the size of its picture cannot be read.",
        ));
    }
    Ok(video)
}

fn size(video: &Video, limits: &Limits) -> Result<(), Failure> {
    let (width, height) = video.upright();
    let (short, long) = (width.min(height), width.max(height));
    if long > limits.long_side || video.width.max(video.height) > limits.long_side {
        let detail = format!(
            "The picture is {width} x {height} pixels; its long side may be at most {} pixels.",
            limits.long_side
        );
        return Err(Failure::new(Code::TooLarge, detail));
    }
    if short < limits.short_side {
        let detail = format!(
            "The picture is {width} x {height} pixels; its short side must be at least {} pixels.",
            limits.short_side
        );
        return Err(Failure::new(Code::TooSmall, detail));
    }
    Ok(())
}

fn length(duration: f64, kind: Kind, limits: &Limits) -> Result<(), Failure> {
    let (code, limit, what) = match kind {
        Kind::LongForm => (Code::TooLong, limits.long_seconds, "A video"),
        Kind::Short => (Code::ShortTooLong, limits.short_seconds, "A short"),
    };
    if duration <= limit + limits.grace_seconds {
        return Ok(());
    }
    let detail = format!(
        "{what} may last {}; this one lasts {}.",
        spoken(limit),
        spoken(duration)
    );
    Err(Failure::new(code, detail))
}

/// Vertical, 9:16.
fn shape(video: &Video, limits: &Limits) -> Result<(), Failure> {
    let (width, height) = video.upright();
    let shape = f64::from(width) / f64::from(height);
    let wanted = 9.0 / 16.0;
    if (shape - wanted).abs() <= wanted * limits.short_shape_tolerance {
        return Ok(());
    }
    let detail = format!("A short must be vertical, 9:16; this picture is {width} x {height} pixels.");
    Err(Failure::new(Code::ShortNotVertical, detail))
}

/// A length as a person says it: `59.5 seconds`, `2 min 5 s`, `4 h 0 min`.
fn spoken(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{} seconds", (seconds * 10.0).floor() / 10.0);
    }
    let minutes = (seconds / 60.0).floor();
    if minutes < 60.0 {
        return format!(
            "{minutes} min {} s",
            ((seconds - minutes * 60.0) * 10.0).floor() / 10.0
        );
    }
    let hours = (minutes / 60.0).floor();
    format!("{hours} h {} min", minutes - hours * 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clip(width: u32, height: u32, quarter_turns: u8) -> Probe {
        let json = format!(
            r#"{{"format":{{"format_name":"mov,mp4,m4a,3gp,3g2,mj2"}},"streams":[{{"codec_type":"video","codec_name":"h264",
            "width":{width},"height":{height},"side_data_list":[{{"rotation":{}}}]}}]}}"#,
            u32::from(quarter_turns) * 90
        );
        crate::probe::parse(json.as_bytes()).unwrap()
    }

    fn code(probe: &Probe, duration: f64, kind: Kind) -> Option<Code> {
        accept(probe, duration, kind, &Limits::default())
            .err()
            .map(|failure| failure.code)
    }

    #[test]
    fn the_limits_of_size_and_length() {
        use Kind::{LongForm, Short};
        let cases = [
            (1920, 1080, 0, 10.0, LongForm, None),
            (4096, 2160, 0, 14_400.0, LongForm, None),
            (4098, 2160, 0, 10.0, LongForm, Some(Code::TooLarge)),
            (2160, 4098, 0, 10.0, LongForm, Some(Code::TooLarge)),
            (8, 8, 0, 10.0, LongForm, Some(Code::TooSmall)),
            (1920, 1080, 0, 14_401.0, LongForm, Some(Code::TooLong)),
            (1080, 1920, 0, 60.2, Short, None),
            (1080, 1920, 0, 60.6, Short, Some(Code::ShortTooLong)),
            (1920, 1080, 1, 10.0, Short, None),
            (1920, 1080, 0, 10.0, Short, Some(Code::ShortNotVertical)),
            (1920, 1080, 2, 10.0, Short, Some(Code::ShortNotVertical)),
            (608, 1080, 0, 10.0, Short, None),
            (1080, 1350, 0, 10.0, Short, Some(Code::ShortNotVertical)),
            (1080, 2340, 0, 10.0, Short, Some(Code::ShortNotVertical)),
        ];
        for (width, height, turns, duration, kind, expected) in cases {
            assert_eq!(
                code(&clip(width, height, turns), duration, kind),
                expected,
                "{width}x{height} {turns} {duration}"
            );
        }
    }

    #[test]
    fn what_is_no_video() {
        let mut probe = clip(640, 360, 0);
        probe.format = "png_pipe".into();
        assert_eq!(code(&probe, 1.0, Kind::LongForm), Some(Code::NotAVideo));

        let mut probe = clip(640, 360, 0);
        probe.brand = Some("avif".into());
        assert_eq!(code(&probe, 1.0, Kind::LongForm), Some(Code::NotAVideo));

        let mut probe = clip(640, 360, 0);
        probe.video.as_mut().unwrap().codec = None;
        assert_eq!(code(&probe, 1.0, Kind::LongForm), Some(Code::UnsupportedCodec));

        let mut probe = clip(640, 360, 0);
        probe.video = None;
        assert_eq!(code(&probe, 1.0, Kind::LongForm), Some(Code::NotAVideo));
        probe.audio = Some(crate::probe::Audio {
            index: 0,
            duration: None,
            indexed_packets: None,
        });
        assert_eq!(code(&probe, 1.0, Kind::LongForm), Some(Code::NoPicture));
    }

    #[test]
    fn a_refusal_names_both_numbers() {
        let failure = accept(&clip(1080, 1920, 0), 125.0, Kind::Short, &Limits::default()).unwrap_err();
        assert_eq!(
            failure.detail,
            "A short may last 1 min 0 s; this one lasts 2 min 5 s."
        );
    }

    proptest! {
        #[test]
        fn a_quarter_turn_is_the_same_as_swapped_sides(width in 1u32..5000, height in 1u32..5000, long in any::<bool>()) {
            let kind = if long { Kind::LongForm } else { Kind::Short };
            prop_assert_eq!(code(&clip(width, height, 1), 1.0, kind), code(&clip(height, width, 0), 1.0, kind));
        }
    }
}
