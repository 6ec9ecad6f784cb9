//! Sizes, rotation, pixel formats.

use super::clips::{Lab, colour};

#[tokio::test]
async fn a_ladder_with_sound() {
    let lab = Lab::new();
    let clip = lab.clip("in.mp4", "854x480", 3).await;
    let made = lab.make(&clip).await;

    assert_eq!(made.sizes(), [("480p", 854, 480), ("360p", 640, 360)]);
    assert_eq!(
        (
            made.outcome.width,
            made.outcome.height,
            made.outcome.aspect_ratio.as_str()
        ),
        (854, 480, "16:9")
    );
    assert!(
        (made.outcome.duration - 3.0).abs() < 0.001,
        "{}",
        made.outcome.duration
    );
    assert_eq!(made.outcome.frames, 90);
    for (name, width, height) in made.sizes() {
        let stream = made.stream(name).await;
        assert_eq!(stream["codec_name"], "h264");
        assert_eq!(
            (stream["width"].as_u64(), stream["height"].as_u64()),
            (Some(width.into()), Some(height.into()))
        );
        assert_eq!(
            (stream["pix_fmt"].as_str(), stream["nb_read_frames"].as_str()),
            (Some("yuv420p"), Some("90"))
        );
        assert_eq!(made.complaints(name).await, "");
    }
    assert_eq!(made.stream("audio").await["codec_name"], "aac");

    let master = made.text("master.m3u8");
    assert!(
        master.contains("FRAME-RATE=30.000") && master.contains(",mp4a.40.2\",AUDIO=\"audio\""),
        "{master}"
    );
    let peaks = master
        .lines()
        .filter_map(|line| line.strip_prefix("#EXT-X-STREAM-INF:BANDWIDTH="));
    let peaks: Vec<u64> = peaks
        .map(|rest| rest.split(',').next().unwrap().parse().unwrap())
        .collect();
    assert!(peaks.len() == 2 && peaks[0] > peaks[1], "{peaks:?}");
}

#[tokio::test]
async fn a_turned_phone_clip_is_upright_and_its_thumbnails_too() {
    let lab = Lab::new();
    // left half red, right half blue; turned a quarter it is a portrait with one colour above the other
    let picture = "color=red:size=160x180:rate=10:duration=1[l];color=blue:size=160x180:rate=10:duration=1[r];[l][r]hstack";
    lab.silent(
        "flat.mp4",
        picture,
        "-c:v libx264 -preset ultrafast -pix_fmt yuv420p",
    )
    .await;
    lab.ffmpeg("-i flat.mp4 -c copy -metadata:s:v rotate=90 turned.mp4")
        .await;
    let made = lab.make(&lab.path("turned.mp4")).await;

    assert_eq!(made.sizes(), [("180p", 180, 320)]);
    assert_eq!((made.outcome.width, made.outcome.height), (180, 320));
    assert_eq!(made.outcome.aspect_ratio, "9:16");
    let stream = made.stream("180p").await;
    assert!(
        stream.get("side_data_list").is_none(),
        "the turn is baked in: {stream}"
    );
    for thumbnail in &made.outcome.thumbnails {
        let above = colour(&made.out.join(thumbnail), "crop=iw:ih/2:0:0").await;
        let below = colour(&made.out.join(thumbnail), "crop=iw:ih/2:0:ih/2").await;
        // the matrix is (0 -1; 1 0): what was right is above
        assert!(above[2] > 200 && above[0] < 60, "{above:?}");
        assert!(below[0] > 200 && below[2] < 60, "{below:?}");
    }
}

#[tokio::test]
async fn odd_sizes_become_even_and_never_larger() {
    let lab = Lab::new();
    let encoder = "-c:v libx264 -preset ultrafast -pix_fmt yuv444p";
    let clip = lab
        .silent("odd.mp4", "testsrc=size=427x241:rate=15:duration=1", encoder)
        .await;
    let made = lab.make(&clip).await;
    assert_eq!(made.sizes(), [("240p", 426, 240)]);
    assert_eq!((made.outcome.width, made.outcome.height), (427, 241));
    let stream = made.stream("240p").await;
    assert_eq!(
        (stream["pix_fmt"].as_str(), stream["nb_read_frames"].as_str()),
        (Some("yuv420p"), Some("15"))
    );
}

#[tokio::test]
async fn wide_pixels_become_square_ones() {
    let lab = Lab::new();
    let encoder = "-vf setsar=4/3 -c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    let clip = lab
        .silent("wide.mp4", "testsrc2=size=240x180:rate=10:duration=1", encoder)
        .await;
    let made = lab.make(&clip).await;
    assert_eq!(made.sizes(), [("180p", 320, 180)]);
    assert_eq!(made.stream("180p").await["sample_aspect_ratio"], "1:1");
}

#[tokio::test]
async fn ten_bits_and_hdr_become_eight_bits_on_an_ordinary_screen() {
    for transfer in ["smpte2084", "arib-std-b67"] {
        let lab = Lab::new();
        let tags = format!("color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv");
        let encoder = format!("-vf format=yuv420p10le,setparams={tags} -c:v libx264 -preset ultrafast");
        let clip = lab
            .silent("hdr.mp4", "testsrc2=size=320x180:rate=10:duration=1", &encoder)
            .await;
        let made = lab.make(&clip).await;
        let stream = made.stream("180p").await;
        assert_eq!(
            (stream["pix_fmt"].as_str(), stream["color_transfer"].as_str()),
            (Some("yuv420p"), Some("bt709"))
        );
        assert_eq!(
            (stream["color_primaries"].as_str(), stream["color_space"].as_str()),
            (Some("bt709"), Some("bt709"))
        );
        assert_eq!(stream["nb_read_frames"], "10");
    }
}

#[tokio::test]
async fn red_green_and_blue_keep_their_colours() {
    let lab = Lab::new();
    let encoder = "-c:v libx264rgb -preset ultrafast -pix_fmt rgb24";
    let clip = lab
        .silent(
            "rgb.mkv",
            "color=0xC02040:size=160x90:rate=10:duration=1",
            encoder,
        )
        .await;
    let made = lab.make(&clip).await;
    let stream = made.stream("90p").await;
    assert_eq!(
        (stream["pix_fmt"].as_str(), stream["color_space"].as_str()),
        (Some("yuv420p"), Some("bt709"))
    );
    let [red, green, blue] = colour(&made.out.join("90p/index.m3u8"), "null").await;
    let near = |is: u8, should: u8| is.abs_diff(should) < 12;
    assert!(
        near(red, 0xC0) && near(green, 0x20) && near(blue, 0x40),
        "{red} {green} {blue}"
    );
}

#[tokio::test]
async fn interlaced_pictures_keep_their_number() {
    let lab = Lab::new();
    let encoder = "-vf interlace -c:v mpeg2video -flags +ildct+ilme -pix_fmt yuv420p";
    let clip = lab
        .silent("fields.mkv", "testsrc2=size=320x180:rate=50:duration=2", encoder)
        .await;
    let made = lab.make(&clip).await;
    assert_eq!(made.outcome.frames, 50);
}

#[tokio::test]
async fn thumbnails_are_from_the_quarters() {
    let lab = Lab::new();
    // four seconds, each of a colour of its own
    let second =
        |colour: &str, label: &str| format!("color={colour}:size=160x90:rate=10:duration=1[{label}];");
    let inputs = [
        second("red", "a"),
        second("lime", "b"),
        second("blue", "c"),
        second("white", "d"),
    ]
    .concat();
    let picture = format!("{inputs}[a][b][c][d]concat=n=4");
    let clip = lab
        .silent(
            "four.mp4",
            &picture,
            "-c:v libx264 -preset ultrafast -pix_fmt yuv420p",
        )
        .await;
    let made = lab.make(&clip).await;
    assert_eq!(
        made.outcome.thumbnails,
        [
            "thumbnails/0.jpg",
            "thumbnails/25.jpg",
            "thumbnails/50.jpg",
            "thumbnails/75.jpg"
        ]
    );
    for (thumbnail, expected) in
        made.outcome
            .thumbnails
            .iter()
            .zip([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255; 3]])
    {
        let seen = colour(&made.out.join(thumbnail), "null").await;
        let near = seen
            .iter()
            .zip(expected)
            .all(|(is, should): (&u8, u8)| is.abs_diff(should) < 50);
        assert!(near, "{thumbnail}: {seen:?}, not {expected:?}");
    }
}
