//! The sequence: probe, accept, make, check, write down.

use std::path::{Path, PathBuf};

use futures::future::try_join_all;
use tokio::net::UnixListener;
use tokio::sync::watch;

use crate::accept;
use crate::command::{self, Plan};
use crate::failure::{Code, Failure, is_transport_trouble};
use crate::index::{Edits, Index, scan};
use crate::ladder::{Rung, ladder};
use crate::limits::{Kind, Limits};
use crate::outcome::{Outcome, Size, outcome};
use crate::package::{AUDIO, PLAYLIST, Track, receive};
use crate::playlist;
use crate::probe::{Probe, Video, probe};
use crate::progress::Meter;
use crate::run::{self, Done};
use crate::source::Source;
use crate::thumbnails;
use crate::verify;

/// Percent that are reached when the file is accepted, and when FFmpeg has ended.
const ACCEPTED: u8 = 5;
const ENCODED: u8 = 95;

/// Makes a playable video of `source` in `out_dir` (created if missing; what stands there under the same names is replaced).
///
/// `progress` hears whole percents that only rise, 100 last and only on success. Files appear under their final names, segments while
/// FFmpeg still works, playlists at the end. On a failure `out_dir` may hold parts. Dropping the future ends FFmpeg.
///
/// The future must be polled on a thread that outlives the work (a runtime's worker): on Linux FFmpeg dies with the thread
/// that started it.
pub async fn pipeline(
    source: &Source,
    kind: Kind,
    limits: &Limits,
    out_dir: &Path,
    progress: &mut (dyn FnMut(u8) + Send),
) -> Result<Outcome, Failure> {
    progress(0);
    let probe = probe(source).await?;
    let video = accept::picture(&probe)?;
    let index = index(source, &probe, video).await?;
    let duration = believed_duration(&probe, index.as_ref());
    let video = accept::accept(&probe, duration, kind, limits)?;
    let (width, height) = video.upright();
    let rungs = ladder(width, height);
    progress(ACCEPTED);

    let picture_duration = video.duration.unwrap_or(duration);
    let plan = Plan {
        source,
        video,
        audio: probe.audio.as_ref(),
        rungs: &rungs,
        duration: picture_duration,
    };
    let mut meter = Meter::new(duration, ACCEPTED, ENCODED);
    let mut on_line = |line: &str| meter.read(line).into_iter().for_each(&mut *progress);
    let made = make(&plan, out_dir, &mut on_line).await?;
    check(source, &probe, video, index, &made).await?;

    let thumbnails = thumbnails::finish(out_dir).await?;
    write_playlists(out_dir, &rungs, &made).await?;
    progress(100);
    Ok(outcome(
        Size { width, height },
        &rungs,
        &made.tracks,
        made.audio.as_ref(),
        thumbnails,
    ))
}

/// The packets of a file whose own index is not to be believed or does not exist; `None` where it is.
async fn index(source: &Source, probe: &Probe, video: &Video) -> Result<Option<Index>, Failure> {
    if video.indexed_frames.is_some() && probe.duration.is_some() {
        return Ok(None);
    }
    let index = scan(source, Edits::Applied).await?;
    if verify::ends_before_declared(probe, &index) {
        return Err(unless_stumbled(Failure::cut_off(), index.stumbled));
    }
    Ok(Some(index))
}

/// A file that was streamed while it was made (a browser's recording) declares no length: then its packets tell.
fn believed_duration(probe: &Probe, index: Option<&Index>) -> f64 {
    let seen = index.and_then(Index::span).map(|(start, end)| end - start);
    seen.or(probe.duration).unwrap_or(0.0)
}

/// What FFmpeg left behind.
struct Made {
    done: Done,
    tracks: Vec<Track>,
    audio: Option<Track>,
}

/// Runs FFmpeg and packages its outputs while it writes them.
async fn make(
    plan: &Plan<'_>,
    out_dir: &Path,
    on_line: &mut (dyn FnMut(&str) + Send),
) -> Result<Made, Failure> {
    let failed = |error: std::io::Error| Failure::internal(format!("preparing: {error}"));
    thumbnails::prepare(out_dir).await.map_err(failed)?;
    let work = tempfile::tempdir().map_err(failed)?;

    let mut names: Vec<&str> = plan.rungs.iter().map(|rung| rung.name.as_str()).collect();
    names.extend(plan.audio.map(|_| AUDIO));
    let sockets: Vec<_> = (0..names.len())
        .map(|place| work.path().join(place.to_string()))
        .collect();
    let (end, ended) = watch::channel(false);
    let mut receivers = Vec::new();
    for (socket, name) in sockets.iter().zip(names) {
        let listener = UnixListener::bind(socket).map_err(failed)?;
        receivers.push(receive::receive(listener, ended.clone(), out_dir, name));
    }
    let arguments = command::transcode(plan, &sockets.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let ffmpeg = async {
        let done = run::lines("ffmpeg", &arguments, Some(out_dir), run::QUIET, on_line).await?;
        end.send_replace(true);
        Ok(done)
    };
    // whichever fails first drops the other: a full disk ends FFmpeg
    let (mut done, mut tracks) = tokio::try_join!(ffmpeg, try_join_all(receivers))?;
    done.stderr = plan.source.redact(&done.stderr);
    let audio = tracks
        .split_off(plan.rungs.len())
        .pop()
        .filter(|track| !track.segments.is_empty());
    Ok(Made { done, tracks, audio })
}

/// Finds what is missing, cheapest question first: only a file whose index does not prove it whole is read again.
async fn check(
    source: &Source,
    probe: &Probe,
    video: &Video,
    index: Option<Index>,
    made: &Made,
) -> Result<(), Failure> {
    let frames = made.tracks.first().map_or(0, Track::frames);
    let audio_end = made.audio.as_ref().map_or(0.0, |audio| audio.span().1);
    if !(made.done.success && verify::is_proven(probe, video, frames, audio_end)) {
        let index = match index {
            Some(index) => index,
            None => scan_indexed(source, probe, video).await?,
        };
        let stumbled =
            index.stumbled || matches!(source, Source::Url(_)) && is_transport_trouble(&made.done.stderr);
        if !made.done.success {
            return Err(unless_stumbled(why_ended(&made.done), stumbled));
        }
        verify::decoded_enough(video, &index.of(video.index), frames)
            .map_err(|failure| unless_stumbled(failure.with_notes(made.done.stderr.clone()), stumbled))?;
    }
    verify::agree(&made.tracks).map_err(|failure| {
        let notes = format!("{}\n{}", failure.notes, made.done.stderr);
        failure.with_notes(notes)
    })
}

/// What looks like a fault of the file is none when the transport stumbled: another try will tell.
fn unless_stumbled(failure: Failure, stumbled: bool) -> Failure {
    if stumbled && failure.code.is_final() {
        return Failure::source_unavailable().with_notes(format!("{failure}\n{}", failure.notes));
    }
    failure
}

/// Reads a file with an index: first every stored sample, to compare with the index, then what a player would show.
async fn scan_indexed(source: &Source, probe: &Probe, video: &Video) -> Result<Index, Failure> {
    let stored = scan(source, Edits::Ignored).await?;
    if verify::lacks_samples(video, probe.audio.as_ref(), &stored) {
        return Err(unless_stumbled(Failure::cut_off(), stored.stumbled));
    }
    scan(source, Edits::Applied).await
}

/// Why FFmpeg gave up on a file that is all there.
fn why_ended(done: &Done) -> Failure {
    const KILL: i32 = 9;
    let ours = [
        "No space left on device",
        "Cannot allocate memory",
        "Unrecognized option",
        "Error reinitializing filters",
    ];
    let failure = if done.stderr.contains("Decoder (codec") {
        Failure::new(
            Code::UnsupportedCodec,
            "The video uses a codec that we cannot decode.",
        )
    } else if done.signal == Some(KILL) || ours.iter().any(|sign| done.stderr.contains(sign)) {
        return Failure::internal(format!(
            "ffmpeg: {:?} {:?}\n{}",
            done.code, done.signal, done.stderr
        ));
    } else {
        Failure::new(
            Code::Damaged,
            "The video is damaged: its contents cannot be decoded.",
        )
    };
    failure.with_notes(format!("{:?} {:?}\n{}", done.code, done.signal, done.stderr))
}

async fn write_playlists(out_dir: &Path, rungs: &[Rung], made: &Made) -> Result<(), Failure> {
    for track in made.tracks.iter().chain(&made.audio) {
        let path = out_dir.join(&track.name).join(PLAYLIST);
        receive::write(&path, playlist::media(track).as_bytes()).await?;
    }
    let renditions: Vec<_> = rungs.iter().zip(&made.tracks).collect();
    let text = playlist::master(&renditions, made.audio.as_ref());
    receive::write(&out_dir.join(playlist::MASTER), text.as_bytes()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_the_file_s_fault_and_a_kill_is_ours() {
        let ended = |signal, stderr: &str| Done {
            signal,
            stderr: stderr.into(),
            ..Done::default()
        };
        let cases = [
            (ended(Some(11), ""), Code::Damaged),
            (ended(Some(9), ""), Code::Internal),
            (ended(None, "Conversion failed!"), Code::Damaged),
            (
                ended(None, "av_interleaved_write_frame(): No space left on device"),
                Code::Internal,
            ),
            (
                ended(None, "Decoder (codec none) not found for input stream #0:0"),
                Code::UnsupportedCodec,
            ),
        ];
        for (done, code) in cases {
            assert_eq!(why_ended(&done).code, code, "{done:?}");
        }
    }
}
