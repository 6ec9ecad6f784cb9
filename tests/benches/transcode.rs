//! `transcode`: processor time of the pipeline on a short clip, against one FFmpeg for each rendition
//!
//! The clip is FFmpeg's test picture, 1280x720 with a tone. The baseline makes the same with the same encoder settings, in processes side by
//! side: each rendition from the source, the first with the sound, and four thumbnails. What the pipeline does more (probing,
//! packaging, checking) is in its figures.

use crate::support::kernel::Cpu;
use crate::support::{Outcome, Table, median, print_ratio, scratch};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use transcode::ladder::{Rung, ladder};
use transcode::{Kind, Limits, Source};

const ROUNDS: usize = 3;
const SECONDS: u32 = 12;
const SIZE: (u32, u32) = (1280, 720);

/// Seconds that making a video took.
#[derive(Debug, Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

pub(crate) fn run() -> Outcome {
    let folder = scratch::folder()?;
    let clip = folder.path().join("clip.mp4");
    make_clip(&clip)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let (mut separate, mut pipeline) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        separate.push(cost(|| one_for_each(&clip))?);
        pipeline.push(cost(|| runtime.block_on(whole_pipeline(&clip)))?);
    }
    let wall = |costs: &[Cost]| median(&costs.iter().map(|cost| cost.wall).collect::<Vec<_>>());
    let cpu = |costs: &[Cost]| median(&costs.iter().map(|cost| cost.cpu).collect::<Vec<_>>());
    let mut table = Table::new(["way", "processor, s", "wall, s"]);
    table.row("an FFmpeg for each rendition", &[cpu(&separate), wall(&separate)]);
    table.row("the pipeline", &[cpu(&pipeline), wall(&pipeline)]);
    println!(
        "  medians of {ROUNDS} rounds by turns, {SECONDS} s of 720p; the wall time knows what else the machine does"
    );
    table.print();
    print_ratio(
        "transcode",
        cpu(&pipeline) / cpu(&separate),
        "processor time, pipeline / an FFmpeg for each",
    );
    Ok(())
}

/// Processor time is that of this process and of all its children that have ended.
fn cost(work: impl FnOnce() -> Outcome) -> Outcome<Cost> {
    let this = std::process::id();
    let (began, before) = (Instant::now(), Cpu::of(this)?.all());
    work()?;
    Ok(Cost {
        wall: began.elapsed().as_secs_f64(),
        cpu: Cpu::of(this)?.all() - before,
    })
}

async fn whole_pipeline(clip: &Path) -> Outcome {
    let out = scratch::folder()?;
    let source = Source::file(clip)?;
    let (limits, out) = (Limits::default(), out.path());
    let made = transcode::pipeline(&source, Kind::LongForm, &limits, out, &mut |_| ()).await;
    made.map_err(|failure| format!("{failure}\n{}", failure.notes))?;
    Ok(())
}

fn one_for_each(clip: &Path) -> Outcome {
    let out = scratch::folder()?;
    let mut running = Vec::new();
    for (place, rung) in ladder(SIZE.0, SIZE.1).iter().enumerate() {
        running.push(start_ffmpeg(&rendition(clip, rung, place == 0), out.path())?);
    }
    let thumbnails = format!(
        "-i {} -vf fps=4/{SECONDS} -frames:v 4 -q:v 4 %d.jpg",
        clip.display()
    );
    running.push(start_ffmpeg(&thumbnails, out.path())?);
    running.into_iter().try_for_each(finish)
}

/// The settings of the pipeline's own command.
fn rendition(clip: &Path, rung: &Rung, with_sound: bool) -> String {
    let Rung {
        name,
        width,
        height,
        max_rate,
    } = rung;
    let sound = if with_sound {
        "-map 0:a -c:a aac -b:a 128k -ac 2"
    } else {
        ""
    };
    format!(
        "-i {} -map 0:v -vf scale={width}:{height} -pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 22 \
         -maxrate {max_rate} -bufsize {} -force_key_frames expr:gte(t,n_forced*2) -g 100000 -sc_threshold 0 {sound} \
         -f hls -hls_time 4 -hls_playlist_type vod -hls_segment_type fmp4 -hls_fmp4_init_filename {name}.mp4 {name}.m3u8",
        clip.display(),
        max_rate / 2 * 3,
    )
}

fn make_clip(clip: &Path) -> Outcome {
    let (width, height) = SIZE;
    let arguments = format!(
        "-f lavfi -i testsrc2=size={width}x{height}:rate=30:duration={SECONDS} -f lavfi -i sine=frequency=440:duration={SECONDS} \
         -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac {}",
        clip.display()
    );
    finish(start_ffmpeg(&arguments, Path::new("."))?)
}

fn start_ffmpeg(arguments: &str, folder: &Path) -> Outcome<Child> {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-nostdin", "-v", "error", "-y"])
        .args(arguments.split_whitespace());
    let child = command.current_dir(folder).stdin(Stdio::null()).spawn();
    Ok(child.map_err(|error| format!("ffmpeg: {error}"))?)
}

fn finish(mut child: Child) -> Outcome {
    let status = child.wait()?;
    if status.success() {
        return Ok(());
    }
    Err(format!("ffmpeg: {status}").into())
}
