//! No sound, sound with holes, sound that starts late, a picture that starts late.

use super::clips::Lab;

#[tokio::test]
async fn a_silent_video_has_no_sound_rendition() {
    let lab = Lab::new();
    let encoder = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    let clip = lab
        .silent("silent.mp4", "testsrc2=size=320x180:rate=10:duration=1", encoder)
        .await;
    let made = lab.make(&clip).await;
    assert_eq!(made.outcome.audio_playlist, None);
    assert!(!made.text("master.m3u8").contains("AUDIO"));
    assert!(!made.out.join("audio").join("init.mp4").exists());
}

#[tokio::test]
async fn the_priming_of_sound_is_before_the_start() {
    let lab = Lab::new();
    let clip = lab.clip("in.mp4", "320x180", 2).await;
    let made = lab.make(&clip).await;
    let times = made.times("audio", false).await;
    assert!((times[0] + 1024.0 / 48_000.0).abs() < 0.0001, "{}", times[0]);
    assert!(made.times("180p", false).await[0].abs() < 0.0001);
    assert_eq!(made.complaints("audio").await, "");
}

#[tokio::test]
async fn holes_in_sound_become_silence() {
    let lab = Lab::new();
    lab.clip("in.mp4", "320x180", 3).await;
    // packets of one second taken out, the times of the others kept
    lab.ffmpeg("-i in.mp4 -c copy -bsf:a noise=drop='between(pts*tb,1,2)' holes.mkv")
        .await;
    let made = lab.make(&lab.path("holes.mkv")).await;
    let times = made.times("audio", false).await;
    assert!((140..=146).contains(&times.len()), "{}", times.len());
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] < 0.022), "a gap");
    assert!((made.outcome.duration - 3.0).abs() < 0.1);
}

#[tokio::test]
async fn sound_that_starts_late_begins_with_silence() {
    let lab = Lab::new();
    lab.clip("in.mp4", "320x180", 2).await;
    lab.ffmpeg("-i in.mp4 -itsoffset 0.7 -i in.mp4 -map 0:v -map 1:a -c copy late.mkv")
        .await;
    let made = lab.make(&lab.path("late.mkv")).await;
    assert!(made.times("audio", false).await[0] <= 0.0);
    assert!(
        made.outcome.duration > 2.6,
        "the sound ends later: {}",
        made.outcome.duration
    );
}

#[tokio::test]
async fn a_picture_that_starts_late_says_so_in_its_fragments() {
    let lab = Lab::new();
    lab.clip("in.mp4", "320x180", 2).await;
    lab.ffmpeg("-itsoffset 0.7 -i in.mp4 -i in.mp4 -map 0:v -map 1:a -c copy late.mkv")
        .await;
    let made = lab.make(&lab.path("late.mkv")).await;
    let times = made.times("180p", false).await;
    assert_eq!(times.len(), 60);
    assert!((times[0] - 0.7).abs() < 0.03, "{}", times[0]);
    let header = std::fs::read(made.out.join("180p/init.mp4")).unwrap();
    let init = crate::mp4::init::Init::parse(&header).unwrap();
    assert!(init.shift <= 0, "no empty edit is left: {init:?}");
}
