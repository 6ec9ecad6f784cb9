//! Frames in, frames out, at the same times; keyframes side by side; segments without gaps.

use super::clips::{Lab, Made};

fn equal(one: &[f64], other: &[f64], within: f64) {
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        assert!((one - other).abs() <= within, "{one} and {other}");
    }
}

/// The lengths that a media playlist names.
fn lengths(made: &Made, rendition: &str) -> Vec<f64> {
    let text = made.text(&format!("{rendition}/index.m3u8"));
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("#EXTINF:")?.strip_suffix(','));
    lines.map(|length| length.parse().unwrap()).collect()
}

#[tokio::test]
async fn keyframes_and_segments_stand_side_by_side() {
    let lab = Lab::new();
    let picture = "testsrc2=size=854x480:rate=30000/1001:duration=9";
    let clip = lab
        .silent(
            "ntsc.mp4",
            picture,
            "-c:v libx264 -preset ultrafast -pix_fmt yuv420p",
        )
        .await;
    let made = lab.make(&clip).await;

    let keyframes = made.times("480p", true).await;
    equal(&keyframes, &made.times("360p", true).await, 0.0);
    assert_eq!(keyframes.len(), 5, "{keyframes:?}");
    for (number, time) in (0_u32..).zip(&keyframes) {
        let wanted = f64::from(number * 2);
        assert!((wanted..wanted + 0.034).contains(time), "{keyframes:?}");
    }
    for rendition in ["480p", "360p"] {
        let lengths = lengths(&made, rendition);
        equal(&lengths, &[4.004, 4.004, 9.009 - 8.008], 0.001);
    }
    assert!(made.text("master.m3u8").contains("FRAME-RATE=29.970"));
    assert!(made.text("480p/index.m3u8").contains("#EXT-X-TARGETDURATION:5\n"));
}

#[tokio::test]
async fn a_variable_rate_stays_as_it_is() {
    let lab = Lab::new();
    // of 60 frames: all of the first second, then every fifth, then none for the last half second but one
    let select = "select='lt(n,30)+not(mod(n,5))*lt(n,45)+eq(n,59)'";
    let encoder = format!("-vf {select} -fps_mode vfr -c:v libx264 -preset ultrafast -pix_fmt yuv420p");
    let clip = lab
        .silent("vfr.mp4", "testsrc2=size=320x180:rate=30:duration=2", &encoder)
        .await;
    let made = lab.make(&clip).await;

    assert_eq!(made.outcome.frames, 34);
    let mut expected: Vec<f64> = (0..30)
        .chain([30, 35, 40, 59])
        .map(|frame| f64::from(frame) / 30.0)
        .collect();
    expected.sort_by(f64::total_cmp);
    equal(&made.times("180p", false).await, &expected, 0.0001);
}

#[tokio::test]
async fn a_coarse_time_base_keeps_every_frame() {
    let lab = Lab::new();
    let clip = lab
        .silent(
            "old.avi",
            "testsrc2=size=320x180:rate=25:duration=2",
            "-c:v mpeg4 -bf 2",
        )
        .await;
    let made = lab.make(&clip).await;
    let source = 50;
    assert!(
        made.outcome.frames.abs_diff(source) <= 1,
        "{}",
        made.outcome.frames
    );
}

#[tokio::test]
async fn a_browser_s_recording_declares_no_length() {
    let lab = Lab::new();
    let encoder = "-c:v libvpx -deadline realtime -cpu-used 8 -f webm -live 1";
    let clip = lab
        .silent("live.webm", "testsrc2=size=320x180:rate=30:duration=2", encoder)
        .await;
    let made = lab.make(&clip).await;
    assert_eq!(made.outcome.frames, 60);
    assert!(
        (made.outcome.duration - 2.0).abs() < 0.05,
        "{}",
        made.outcome.duration
    );
}

#[tokio::test]
async fn transport_streams_start_anywhere() {
    let lab = Lab::new();
    lab.clip("in.mp4", "320x180", 2).await;
    lab.ffmpeg("-i in.mp4 -c copy -output_ts_offset 5000 late.ts")
        .await;
    let made = lab.make(&lab.path("late.ts")).await;
    assert_eq!(made.outcome.frames, 60);
    assert!(made.outcome.duration < 2.1, "{}", made.outcome.duration);
    assert!(made.times("180p", false).await[0] < 0.05);
}

#[tokio::test]
async fn frames_that_an_edit_list_hides_are_not_missed() {
    let lab = Lab::new();
    let encoder = "-c:v libx264 -preset ultrafast -g 60 -bf 2 -pix_fmt yuv420p";
    lab.silent("whole.mp4", "testsrc2=size=320x180:rate=30:duration=3", encoder)
        .await;
    lab.ffmpeg("-ss 0.5 -i whole.mp4 -c copy trimmed.mp4").await;
    let made = lab.make(&lab.path("trimmed.mp4")).await;
    assert!(
        (73..=76).contains(&made.outcome.frames),
        "{}",
        made.outcome.frames
    );
}

#[tokio::test]
async fn a_single_frame_is_a_very_short_video() {
    let lab = Lab::new();
    let encoder = "-frames:v 1 -c:v libx264 -pix_fmt yuv420p";
    let clip = lab
        .silent("one.mp4", "testsrc2=size=320x180:rate=30", encoder)
        .await;
    let made = lab.make(&clip).await;
    assert_eq!(made.outcome.frames, 1);
}
