//! Clips made and read with FFmpeg.

use serde_json::Value;
use tokio::process::Command;

/// The bytes of the file `name` that FFmpeg makes with `arguments`.
pub(super) async fn made(arguments: &str, name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    let mut command = Command::new("ffmpeg");
    command
        .args(["-nostdin", "-v", "error"])
        .args(arguments.split_whitespace())
        .arg(&file);
    let output = command.kill_on_drop(true).output().await.unwrap();
    assert!(
        output.status.success(),
        "ffmpeg {arguments}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    tokio::fs::read(file).await.unwrap()
}

/// An MP4 with picture and tone.
pub(crate) async fn clip(size: &str, seconds: u32) -> Vec<u8> {
    let sources = format!(
        "-f lavfi -i testsrc2=size={size}:rate=30:duration={seconds} -f lavfi -i sine=frequency=440:duration={seconds}"
    );
    let encoders = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -movflags +faststart";
    made(&format!("{sources} {encoders}"), "clip.mp4").await
}

/// The same turned by a quarter, as a phone writes it: the picture lies, a matrix says how to hold it.
pub(crate) async fn rotated(size: &str, seconds: u32) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let lying = folder.path().join("lying.mp4");
    tokio::fs::write(&lying, clip(size, seconds).await).await.unwrap();
    made(
        &format!("-i {} -c copy -metadata:s:v rotate=90", lying.display()),
        "turned.mp4",
    )
    .await
}

/// A picture.
pub(super) async fn png() -> Vec<u8> {
    made("-f lavfi -i testsrc2=size=320x180 -frames:v 1", "picture.png").await
}

/// What FFprobe finds at an address: its streams and format.
pub(super) async fn probe(url: &str) -> Value {
    let mut command = Command::new("ffprobe");
    command.args([
        "-v",
        "error",
        "-show_streams",
        "-show_format",
        "-count_frames",
        "-of",
        "json",
        url,
    ]);
    let output = command.kill_on_drop(true).output().await.unwrap();
    assert!(
        output.status.success(),
        "{url}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The streams of a kind in what was probed.
pub(super) fn streams<'a>(probed: &'a Value, kind: &str) -> Vec<&'a Value> {
    let streams = probed["streams"].as_array().unwrap();
    streams
        .iter()
        .filter(|stream| stream["codec_type"] == kind)
        .collect()
}
