//! Making clips, running the pipeline, reading the results.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Failure, Kind, Limits, Outcome, Source, pipeline, run};

/// A folder for one test: clips in it, results in `out`.
pub(super) struct Lab {
    folder: TempDir,
}

/// A result and where it is.
pub(super) struct Made {
    pub(super) outcome: Outcome,
    pub(super) percents: Vec<u8>,
    pub(super) out: PathBuf,
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl Lab {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs FFmpeg in the folder; `{picture}` and `{sound}` stand for sources that need no file.
    pub(super) async fn ffmpeg(&self, arguments: &str) {
        let mut all = words("-nostdin -v error -y");
        all.extend(words(arguments));
        let done = run::lines("ffmpeg", &all, Some(self.folder.path()), run::QUIET, &mut |_| ())
            .await
            .unwrap();
        assert!(done.success, "ffmpeg {arguments}: {}", done.stderr);
    }

    /// A clip of `seconds` at 30 frames a second in `size`, with a tone, under `name`.
    pub(super) async fn clip(&self, name: &str, size: &str, seconds: u32) -> PathBuf {
        let picture = format!("-f lavfi -i testsrc2=size={size}:rate=30:duration={seconds}");
        let sound = format!("-f lavfi -i sine=frequency=440:duration={seconds}");
        self.ffmpeg(&format!(
            "{picture} {sound} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac {name}"
        ))
        .await;
        self.path(name)
    }

    /// The same without sound.
    pub(super) async fn silent(&self, name: &str, picture: &str, encoder: &str) -> PathBuf {
        self.ffmpeg(&format!("-f lavfi -i {picture} {encoder} {name}"))
            .await;
        self.path(name)
    }

    pub(super) async fn run(&self, source: &Source, kind: Kind) -> Result<Made, Failure> {
        let out = self.path("out");
        let mut percents = Vec::new();
        let outcome = pipeline(source, kind, &Limits::default(), &out, &mut |percent| {
            percents.push(percent);
        })
        .await?;
        Ok(Made {
            outcome,
            percents,
            out,
        })
    }

    /// What becomes of a file as a long video.
    pub(super) async fn make(&self, path: &Path) -> Made {
        let made = self.run(&Source::file(path).unwrap(), Kind::LongForm).await;
        let made = made.unwrap_or_else(|failure| panic!("{failure}\n{}", failure.notes));
        made.check();
        made
    }

    /// Why a file becomes nothing.
    pub(super) async fn refuse(&self, path: &Path, kind: Kind) -> Failure {
        match self.run(&Source::file(path).unwrap(), kind).await {
            Ok(made) => panic!("{} was taken: {:?}", path.display(), made.outcome),
            Err(failure) => failure,
        }
    }
}

impl Made {
    /// What holds for every result.
    fn check(&self) {
        assert_eq!(self.percents.first(), Some(&0));
        assert_eq!(self.percents.last(), Some(&100));
        assert!(self.percents.is_sorted(), "{:?}", self.percents);
        assert_eq!(self.outcome.thumbnails.len(), 4);
        let mut expected = self.outcome.files.clone();
        expected.sort();
        assert_eq!(files_below(&self.out), expected, "files on disk and files named");
        let master = self.text(&self.outcome.master_playlist);
        for rendition in &self.outcome.renditions {
            assert!(
                master.contains(&format!("RESOLUTION={}x{}", rendition.width, rendition.height)),
                "{master}"
            );
            assert!(master.contains(&rendition.playlist), "{master}");
            let segments = self.text(&rendition.playlist).matches("#EXTINF").count();
            let named = self
                .outcome
                .files
                .iter()
                .filter(|name| name.starts_with(&format!("{}/segment", rendition.name)));
            assert_eq!(named.count(), segments);
        }
    }

    pub(super) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.out.join(name)).unwrap()
    }

    /// Names and sizes of the renditions.
    pub(super) fn sizes(&self) -> Vec<(&str, u32, u32)> {
        self.outcome
            .renditions
            .iter()
            .map(|r| (r.name.as_str(), r.width, r.height))
            .collect()
    }

    /// FFprobe's view of a rendition (or `audio`), read through its playlist as a player does.
    pub(super) async fn stream(&self, rendition: &str) -> Value {
        let path = self.out.join(rendition).join("index.m3u8").display().to_string();
        let mut arguments = words("-v error -of json -count_frames -show_streams -allowed_extensions ALL");
        arguments.push(path);
        let done = run::collect("ffprobe", &arguments).await.unwrap();
        assert!(done.success && done.stderr.is_empty(), "{}", done.stderr);
        let json: Value = serde_json::from_slice(&done.stdout).unwrap();
        json["streams"][0].clone()
    }

    /// Presentation times of a rendition's packets in seconds, header and segments put together, in order of time; with
    /// `keyframes` only those of keyframes.
    pub(super) async fn times(&self, rendition: &str, keyframes: bool) -> Vec<f64> {
        let path = self.join(rendition);
        let mut arguments = words("-v error -show_entries packet=pts_time,flags -of csv=p=0");
        arguments.push(path.display().to_string());
        let mut times = Vec::new();
        let mut on_line = |line: &str| {
            let (time, flags) = line.split_once(',').unwrap_or((line, ""));
            if !keyframes || flags.starts_with('K') {
                times.extend(time.parse::<f64>());
            }
        };
        assert!(
            run::lines("ffprobe", &arguments, None, run::QUIET, &mut on_line)
                .await
                .unwrap()
                .success
        );
        times.sort_by(f64::total_cmp);
        times
    }

    /// Decodes everything of a rendition and returns what FFmpeg complained about.
    pub(super) async fn complaints(&self, rendition: &str) -> String {
        let path = self.join(rendition).display().to_string();
        let mut arguments = words("-v warning -xerror -err_detect explode -i");
        arguments.push(path);
        arguments.extend(words("-f null -"));
        run::collect("ffmpeg", &arguments).await.unwrap().stderr
    }

    fn join(&self, rendition: &str) -> PathBuf {
        let folder = self.out.join(rendition);
        let mut names: Vec<_> = files_below(&folder)
            .into_iter()
            .filter(|name| name.starts_with("segment-"))
            .collect();
        names.insert(0, "init.mp4".to_owned());
        let bytes: Vec<u8> = names
            .iter()
            .flat_map(|name| std::fs::read(folder.join(name)).unwrap())
            .collect();
        let joined = self.out.with_file_name(format!("{rendition}-joined.mp4"));
        std::fs::write(&joined, bytes).unwrap();
        joined
    }
}

/// Relative names of all files below a folder, sorted.
pub(super) fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

/// The average colour of a picture file's part (`crop=...`), as red, green, blue.
pub(super) async fn colour(picture: &Path, crop: &str) -> [u8; 3] {
    let mut arguments = words("-v error -i");
    arguments.push(picture.display().to_string());
    arguments.extend(words(&format!(
        "-frames:v 1 -vf {crop},scale=1:1:flags=area,format=rgb24 -f rawvideo -"
    )));
    let done = run::collect("ffmpeg", &arguments).await.unwrap();
    assert!(done.success, "{}", done.stderr);
    done.stdout.try_into().unwrap()
}
