//! What is no video, or not one that we take.

use std::fs;

use super::clips::Lab;
use crate::{Code, Kind};

#[tokio::test]
async fn what_is_no_video() {
    let lab = Lab::new();
    lab.ffmpeg("-f lavfi -i testsrc2=size=320x180 -frames:v 1 picture.png")
        .await;
    fs::rename(lab.path("picture.png"), lab.path("picture.mp4")).unwrap();
    lab.ffmpeg("-f lavfi -i testsrc2=size=320x180:duration=1 moving.gif")
        .await;
    fs::rename(lab.path("moving.gif"), lab.path("gif.mp4")).unwrap();
    fs::write(
        lab.path("text.mp4"),
        "Dear diary, today I uploaded a text.\n".repeat(200),
    )
    .unwrap();
    fs::write(lab.path("lie.mp4"), "GIF89a is how this text begins").unwrap();
    fs::write(
        lab.path("noise"),
        (0..40_000_u32)
            .flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes())
            .collect::<Vec<_>>(),
    )
    .unwrap();
    for name in ["picture.mp4", "gif.mp4", "text.mp4", "lie.mp4", "noise"] {
        let failure = lab.refuse(&lab.path(name), Kind::LongForm).await;
        assert_eq!(failure.code, Code::NotAVideo, "{name}: {failure:?}");
        assert!(!failure.detail.contains(name), "{}", failure.detail);
    }
}

#[tokio::test]
async fn an_empty_file() {
    let lab = Lab::new();
    fs::write(lab.path("empty.mp4"), "").unwrap();
    assert_eq!(
        lab.refuse(&lab.path("empty.mp4"), Kind::LongForm).await.code,
        Code::Empty
    );
}

#[tokio::test]
async fn a_file_that_is_not_there_is_tried_again() {
    let lab = Lab::new();
    let failure = lab.refuse(&lab.path("nowhere.mp4"), Kind::LongForm).await;
    assert_eq!(
        (failure.code, failure.code.is_final()),
        (Code::SourceUnavailable, false)
    );
}

#[tokio::test]
async fn sound_alone_and_sound_with_a_cover() {
    let lab = Lab::new();
    lab.ffmpeg("-f lavfi -i sine=duration=1 -c:a aac song.m4a").await;
    lab.ffmpeg("-f lavfi -i testsrc2=size=64x64 -frames:v 1 cover.jpg")
        .await;
    lab.ffmpeg("-i song.m4a -i cover.jpg -map 0 -map 1 -c copy -disposition:v attached_pic covered.m4a")
        .await;
    for name in ["song.m4a", "covered.m4a"] {
        let failure = lab.refuse(&lab.path(name), Kind::LongForm).await;
        assert_eq!(failure.code, Code::NoPicture, "{name}: {failure:?}");
    }
}

#[tokio::test]
async fn a_playlist_reads_no_other_file() {
    let lab = Lab::new();
    let secret = lab.clip("secret.mp4", "64x64", 1).await;
    let hls = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{}\n#EXT-X-ENDLIST\n",
        secret.display()
    );
    fs::write(lab.path("list.mp4"), hls).unwrap();
    fs::write(
        lab.path("concat.mp4"),
        format!("ffconcat version 1.0\nfile {}\n", secret.display()),
    )
    .unwrap();
    for name in ["list.mp4", "concat.mp4"] {
        assert_eq!(
            lab.refuse(&lab.path(name), Kind::LongForm).await.code,
            Code::NotAVideo,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_short_must_be_short_and_vertical() {
    let lab = Lab::new();
    let flat = lab.clip("flat.mp4", "320x180", 1).await;
    assert_eq!(lab.refuse(&flat, Kind::Short).await.code, Code::ShortNotVertical);

    let encoder = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    let long = lab
        .silent("long.mp4", "color=size=90x160:rate=1:duration=62", encoder)
        .await;
    assert_eq!(lab.refuse(&long, Kind::Short).await.code, Code::ShortTooLong);

    let good = lab
        .silent("good.mp4", "testsrc2=size=90x160:rate=10:duration=1", encoder)
        .await;
    let made = lab
        .run(&crate::Source::file(&good).unwrap(), Kind::Short)
        .await
        .unwrap();
    assert_eq!(made.sizes(), [("90p", 90, 160)]);
}

#[tokio::test]
async fn a_picture_that_is_too_large() {
    let lab = Lab::new();
    let encoder = "-frames:v 1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    let clip = lab
        .silent("large.mp4", "color=size=4100x64:rate=1", encoder)
        .await;
    let failure = lab.refuse(&clip, Kind::LongForm).await;
    assert_eq!(failure.code, Code::TooLarge);
    assert!(
        failure.detail.contains("4100 x 64") && failure.detail.contains("4096"),
        "{}",
        failure.detail
    );
}
