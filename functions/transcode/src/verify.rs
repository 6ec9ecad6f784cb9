//! Whether what came out is all that went in.
//!
//! FFmpeg's exit code cannot be trusted: it ends with 0 on a file that stops halfway and on slices that it cannot decode.
//! So frames are counted: what the file's index names, what can be read, what came out of every rendition.

use crate::failure::{Code, Failure};
use crate::index::{Index, Packets};
use crate::package::Track;
use crate::probe::{Audio, Probe, Video};

/// Seconds by which a length may be off: containers round, and sound and picture end on different ticks.
const SLACK: f64 = 0.5;

/// Renditions must hold the same frames at the same times, cut at the same places, each segment from a keyframe on, without a
/// gap. A difference is our own fault. An empty ladder agrees with itself.
pub fn agree(tracks: &[Track]) -> Result<(), Failure> {
    for track in tracks {
        if !track.whole {
            return Err(Failure::internal(format!("{} broke off", track.name)));
        }
        if let Some(place) = track
            .segments
            .iter()
            .position(|segment| !segment.begins_with_keyframe)
        {
            return Err(Failure::internal(format!(
                "{}: segment {place} begins without a keyframe",
                track.name
            )));
        }
        let seam = |pair: &[crate::package::Segment]| pair[0].decode_end != pair[1].decode_start;
        if let Some(place) = track.segments.windows(2).position(seam) {
            return Err(Failure::internal(format!(
                "{}: a gap behind segment {place}",
                track.name
            )));
        }
    }
    let shape = |track: &Track| {
        let timescale = track.init.as_ref().map(|init| init.timescale);
        let segments = track
            .segments
            .iter()
            .map(|s| (s.start, s.end, s.frames, s.keyframes, s.times));
        (timescale, segments.collect::<Vec<_>>())
    };
    match tracks.windows(2).find(|pair| shape(&pair[0]) != shape(&pair[1])) {
        Some(pair) => Err(Failure::internal(format!(
            "{} and {} differ",
            pair[0].name, pair[1].name
        ))),
        None => Ok(()),
    }
}

/// Whether the counts of the file's own index already prove that nothing is missing, so that it need not be read again.
/// `made` is the frames of a rendition, `audio_end` where the made sound ends, in seconds.
pub fn is_proven(probe: &Probe, video: &Video, made: u64, audio_end: f64) -> bool {
    let sound = probe.audio.as_ref().is_none_or(|audio| {
        audio.indexed_packets.is_some()
            && audio
                .duration
                .is_some_and(|declared| audio_end + SLACK >= declared)
    });
    sound && video.indexed_frames == Some(made)
}

/// Whether a file without an index of its frames ends before the length that its header declares.
pub fn ends_before_declared(probe: &Probe, index: &Index) -> bool {
    let declares = ["matroska", "avi", "flv"]
        .iter()
        .any(|name| probe.format.split(',').any(|part| part == *name));
    let (start, end) = index.span().unwrap_or((0.0, 0.0));
    // a file that starts late may count its length from 0 or from its start
    let reached = end.max(end - start);
    index.partial || (declares && probe.duration.is_some_and(|declared| declared > reached + SLACK))
}

/// Whether samples that the file's index names are not there. `stored` lists every sample, whatever the edit list says.
pub fn lacks_samples(video: &Video, audio: Option<&Audio>, stored: &Index) -> bool {
    let fewer = |indexed: Option<u64>, stream: u32| {
        let Packets { shown, hidden, .. } = stored.of(stream);
        indexed.is_some_and(|indexed| shown + hidden < indexed)
    };
    stored.partial
        || fewer(video.indexed_frames, video.index)
        || audio.is_some_and(|audio| fewer(audio.indexed_packets, audio.index))
}

/// Whether enough of the packets became pictures: all but a hundredth, or two. (The frames in front of the first keyframe of an
/// open group cannot be decoded in a healthy file either.)
pub fn decoded_enough(video: &Video, packets: &Packets, made: u64) -> Result<(), Failure> {
    let tolerable = |expected: u64| (expected / 100).max(2);
    let expected = match video.codec.as_deref() {
        // its invisible reference frames are packets of their own
        Some("vp8") => packets.shown / 2,
        // each field may be a packet of its own
        Some("h264" | "hevc") if video.interlaced && made.abs_diff(packets.shown / 2) <= tolerable(made) => {
            made
        }
        _ => packets.shown,
    };
    let missing = expected.saturating_sub(made);
    if made > 0 && missing <= tolerable(expected) {
        return Ok(());
    }
    let detail = if made == 0 {
        "The video is damaged: none of its pictures can be decoded.".to_owned()
    } else {
        format!("The video is damaged: {missing} of its {expected} pictures cannot be decoded.")
    };
    Err(Failure::new(Code::Damaged, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp4::init::Init;
    use crate::package::Segment;

    fn track(name: &str) -> Track {
        let segment = |start: i64| Segment {
            start,
            end: start + 40,
            decode_start: start - 2,
            decode_end: start + 38,
            frames: 4,
            keyframes: 2,
            begins_with_keyframe: true,
            bytes: 9,
            times: 7,
        };
        let init = Init {
            timescale: 10,
            shift: 0,
            codec: "avc1.64001f".into(),
        };
        Track {
            name: name.into(),
            init: Some(init),
            segments: vec![segment(0), segment(40)],
            whole: true,
        }
    }

    fn probe(format: &str, codec: &str, frames: u64) -> Probe {
        let json = format!(
            r#"{{"format":{{"format_name":"{format}","duration":"10"}},"streams":[
            {{"index":0,"codec_type":"video","codec_name":"{codec}","width":64,"height":64,"nb_frames":"{frames}"}},
            {{"index":1,"codec_type":"audio","codec_name":"aac","channels":2,"nb_frames":"50","duration":"10"}}]}}"#
        );
        crate::probe::parse(json.as_bytes()).unwrap()
    }

    fn index(video: u64, audio: u64, end: f64) -> Index {
        let packets = |shown| Packets {
            shown,
            hidden: 0,
            span: Some((0.0, end)),
        };
        Index {
            streams: [(0, packets(video)), (1, packets(audio))].into(),
            ..Index::default()
        }
    }

    #[test]
    fn equal_renditions_agree() {
        let mut other = track("360p");
        other.segments[0].bytes = 1;
        assert_eq!(agree(&[track("720p"), other]), Ok(()));
    }

    #[test]
    fn every_difference_is_found() {
        let changes: [fn(&mut Track); 8] = [
            |track| track.whole = false,
            |track| track.segments[1].frames += 1,
            |track| track.segments[1].end += 1,
            |track| track.segments[1].keyframes += 1,
            |track| track.segments[1].times += 1,
            |track| track.segments[1].begins_with_keyframe = false,
            |track| track.segments[1].decode_start += 1,
            |track| track.segments.truncate(1),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut other = track("360p");
            change(&mut other);
            let found = agree(&[track("720p"), other]).map_err(|failure| failure.code);
            assert_eq!(found, Err(Code::Internal), "change {number}");
        }
    }

    #[test]
    fn an_index_that_agrees_is_proof() {
        let mov = probe("mov,mp4", "h264", 100);
        let video = mov.video.clone().unwrap();
        assert!(is_proven(&mov, &video, 100, 10.0));
        assert!(!is_proven(&mov, &video, 99, 10.0));
        assert!(!is_proven(&mov, &video, 100, 5.0));
        let mkv = probe("matroska,webm", "h264", 100);
        assert!(!is_proven(&mkv, &mkv.video.clone().unwrap(), 100, 10.0));
    }

    #[test]
    fn a_declared_length_is_compared_with_the_packets() {
        let mkv = probe("matroska,webm", "h264", 0);
        assert!(!ends_before_declared(&mkv, &index(1, 1, 9.8)));
        assert!(ends_before_declared(&mkv, &index(1, 1, 4.0)));
        assert!(!ends_before_declared(
            &probe("mpegts", "h264", 0),
            &index(1, 1, 4.0)
        ));
        assert!(ends_before_declared(
            &probe("mov,mp4", "h264", 0),
            &Index {
                partial: true,
                ..Index::default()
            }
        ));
    }

    #[test]
    fn missing_samples_of_either_stream_are_a_cut() {
        let mov = probe("mov,mp4", "h264", 100);
        let (video, audio) = (mov.video.clone().unwrap(), mov.audio.clone());
        assert!(!lacks_samples(&video, audio.as_ref(), &index(100, 50, 10.0)));
        assert!(lacks_samples(&video, audio.as_ref(), &index(99, 50, 10.0)));
        assert!(lacks_samples(&video, audio.as_ref(), &index(100, 49, 10.0)));
    }

    #[test]
    fn a_few_lost_pictures_are_forgiven_and_many_are_not() {
        let packets = |shown| Packets {
            shown,
            hidden: 5,
            span: None,
        };
        let h264 = probe("mov", "h264", 1).video.unwrap();
        let code = |shown, made| {
            decoded_enough(&h264, &packets(shown), made)
                .err()
                .map(|failure| failure.code)
        };
        assert_eq!(code(1000, 990), None);
        assert_eq!(code(1000, 989), Some(Code::Damaged));
        assert_eq!(code(10, 8), None);
        assert_eq!(code(1, 0), Some(Code::Damaged));
        let fields = Video {
            interlaced: true,
            ..h264.clone()
        };
        assert_eq!(decoded_enough(&fields, &packets(1000), 500), Ok(()));
        assert_eq!(decoded_enough(&fields, &packets(1000), 1000), Ok(()));
        assert!(decoded_enough(&fields, &packets(1000), 700).is_err());
        let vp8 = probe("matroska", "vp8", 1).video.unwrap();
        assert_eq!(decoded_enough(&vp8, &packets(100), 90), Ok(()));
    }
}
