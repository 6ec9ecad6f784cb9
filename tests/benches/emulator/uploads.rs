//! A resumable upload of 1 GiB in chunks of 8 MiB, against the same bytes written to a file by this process.

use super::server::Server;
use crate::support::{Outcome, Table, print_ratio, scratch};
use bytes::Bytes;
use std::io::Write;
use std::time::{Duration, Instant};

/// Bytes of a chunk.
const CHUNK: usize = 8 * 1024 * 1024;
const CHUNKS: usize = 128;
/// Of the whole.
const MEGABYTES: f64 = 1024.0;

pub(super) async fn run() -> Outcome {
    let folder = scratch::folder()?;
    let server = Server::start(folder.path())?;
    let chunk = Bytes::from((0..=250).cycle().take(CHUNK).collect::<Vec<u8>>());
    let base = write(&chunk)?;
    let before = server.megabytes()?;
    let (time, most) = upload(&server, &chunk).await?;
    let speed = |time: Duration| MEGABYTES / time.as_secs_f64();
    let mut table = Table::new(["1 GiB", "seconds", "MB a second", "ratio"]);
    table.row("written to a file", &[base.as_secs_f64(), speed(base), 1.0]);
    let ratio = time.as_secs_f64() / base.as_secs_f64();
    table.row("uploaded", &[time.as_secs_f64(), speed(time), ratio]);
    table.print();
    println!("  memory of the emulator: {before:.0} MB before, {most:.0} MB at most after any chunk");
    print_ratio(
        "upload",
        ratio,
        "time of a resumable upload, checksums included / the same bytes written to a file",
    );
    Ok(())
}

fn write(chunk: &Bytes) -> Outcome<Duration> {
    let folder = scratch::folder()?;
    let began = Instant::now();
    let mut file = std::fs::File::create(folder.path().join("object"))?;
    for _ in 0..CHUNKS {
        file.write_all(chunk)?;
    }
    Ok(began.elapsed())
}

/// How long it took, and the most megabytes that the emulator had after a chunk.
async fn upload(server: &Server, chunk: &Bytes) -> Outcome<(Duration, f64)> {
    let http = Server::http()?;
    let at = format!("http://{}", server.address);
    http.post(format!("{at}/storage/v1/b?project=bench"))
        .json(&serde_json::json!({"name": "bench"}))
        .send()
        .await?
        .error_for_status()?;
    let began = Instant::now();
    let opened = http
        .post(format!(
            "{at}/upload/storage/v1/b/bench/o?uploadType=resumable&name=large"
        ))
        .json(&serde_json::json!({}))
        .send()
        .await?
        .error_for_status()?;
    let session = opened
        .headers()
        .get("location")
        .ok_or("no session")?
        .to_str()?
        .to_owned();
    let (total, mut most) = (CHUNK * CHUNKS, 0.0_f64);
    for number in 0..CHUNKS {
        let (first, last) = (number * CHUNK, (number + 1) * CHUNK - 1);
        let answer = http
            .put(&session)
            .header("content-range", format!("bytes {first}-{last}/{total}"))
            .body(chunk.clone())
            .send()
            .await?;
        let expected = if number + 1 == CHUNKS { 200 } else { 308 };
        if answer.status().as_u16() != expected {
            return Err(format!("chunk {number}: {} {}", answer.status(), answer.text().await?).into());
        }
        most = most.max(server.megabytes()?);
    }
    Ok((began.elapsed(), most))
}
