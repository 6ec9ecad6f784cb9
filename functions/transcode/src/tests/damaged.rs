//! Uploads that stop halfway, and damage inside.

use std::fs;
use std::path::PathBuf;

use super::clips::Lab;
use crate::{Code, Kind};

/// The first `share` hundredths of a file, under a new name.
fn cut(lab: &Lab, name: &str, share: usize) -> PathBuf {
    let bytes = fs::read(lab.path(name)).unwrap();
    let path = lab.path(&format!("cut-{name}"));
    fs::write(&path, &bytes[..bytes.len() * share / 100]).unwrap();
    path
}

#[tokio::test]
async fn a_cut_file_is_named_so_in_every_container() {
    let lab = Lab::new();
    lab.clip("end.mp4", "320x180", 3).await;
    lab.ffmpeg("-i end.mp4 -c copy -movflags +faststart front.mp4")
        .await;
    lab.ffmpeg("-i end.mp4 -c copy -movflags +frag_keyframe+empty_moov -frag_duration 500000 parts.mp4")
        .await;
    lab.ffmpeg("-i end.mp4 -c copy matroska.mkv").await;
    lab.ffmpeg("-i end.mp4 -c copy flash.flv").await;
    lab.ffmpeg("-i end.mp4 -c:v mpeg4 -c:a mp3 old.avi").await;
    for name in [
        "end.mp4",
        "front.mp4",
        "parts.mp4",
        "matroska.mkv",
        "flash.flv",
        "old.avi",
    ] {
        let failure = lab.refuse(&cut(&lab, name, 60), Kind::LongForm).await;
        assert_eq!(failure.code, Code::CutOff, "{name}: {failure:?}");
        lab.make(&lab.path(name)).await;
    }
}

#[tokio::test]
async fn a_file_that_lacks_only_its_last_bytes_is_cut_too() {
    let lab = Lab::new();
    lab.clip("end.mp4", "320x180", 2).await;
    lab.ffmpeg("-i end.mp4 -c copy -movflags +faststart front.mp4")
        .await;
    for share in [97, 20, 3] {
        let failure = lab.refuse(&cut(&lab, "front.mp4", share), Kind::LongForm).await;
        assert_eq!(failure.code, Code::CutOff, "{share} %: {failure:?}");
    }
}

#[tokio::test]
async fn sound_that_is_cut_off_behind_a_whole_picture() {
    let lab = Lab::new();
    lab.clip("in.mp4", "64x64", 4).await;
    // the whole picture first, then the sound
    lab.ffmpeg(
        "-i in.mp4 -c copy -movflags +faststart -max_interleave_delta 1 -chunk_duration 10000000 apart.mp4",
    )
    .await;
    let failure = lab.refuse(&cut(&lab, "apart.mp4", 92), Kind::LongForm).await;
    assert_eq!(failure.code, Code::CutOff, "{failure:?}");
}

#[tokio::test]
async fn damage_inside_is_found_by_counting() {
    let lab = Lab::new();
    let encoder = "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p -movflags +faststart";
    let clip = lab
        .silent("good.mp4", "testsrc2=size=320x180:rate=30:duration=3", encoder)
        .await;
    let mut bytes = fs::read(&clip).unwrap();
    let length = bytes.len();
    bytes[length / 3..length * 2 / 3].fill(0xff);
    fs::write(lab.path("bad.mp4"), bytes).unwrap();
    let failure = lab.refuse(&lab.path("bad.mp4"), Kind::LongForm).await;
    assert_eq!(failure.code, Code::Damaged, "{failure:?}");
    assert!(
        failure.detail.contains("of its 90 pictures"),
        "{}",
        failure.detail
    );
}

#[tokio::test]
async fn nothing_that_can_be_decoded() {
    let lab = Lab::new();
    let encoder = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -movflags +faststart";
    let clip = lab
        .silent("good.mp4", "testsrc2=size=320x180:rate=30:duration=1", encoder)
        .await;
    let mut bytes = fs::read(&clip).unwrap();
    let data = bytes.windows(4).position(|four| four == b"mdat").unwrap() + 4;
    bytes[data..].fill(0xff);
    fs::write(lab.path("bad.mp4"), bytes).unwrap();
    let failure = lab.refuse(&lab.path("bad.mp4"), Kind::LongForm).await;
    assert_eq!(failure.code, Code::Damaged, "{failure:?}");
}
