//! Takes one output of FFmpeg from a socket and writes its segments, each under its final name as soon as it is whole.
//!
//! Nothing is stored twice, and whoever watches the folder sees a segment only when it is finished.

use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::UnixListener;
use tokio::sync::watch;

use super::segments::Segmenter;
use super::{INIT, Track, segment_name};
use crate::command::SEGMENT_SECONDS;
use crate::failure::Failure;
use crate::mp4::fragment::Fragment;
use crate::mp4::init::Init;
use crate::mp4::{self, shift};

/// No box that FFmpeg writes for us comes near this: the ceiling of the bit rate bounds a fragment.
const LARGEST_BOX: usize = 1 << 30;

/// Waits for FFmpeg on `listener` and packages what it sends into `out_dir/name`. When `ended` becomes true before FFmpeg has
/// connected, the track is empty. A stream that breaks off is no error here: the track says that it is not whole.
pub async fn receive(
    listener: UnixListener,
    mut ended: watch::Receiver<bool>,
    out_dir: &Path,
    name: &str,
) -> Result<Track, Failure> {
    let stream = tokio::select! {
        biased; // a connection that waits is taken even when FFmpeg has already ended
        connected = listener.accept() => connected.map_err(failed)?.0,
        _ = ended.wait_for(|ended| *ended) => return Ok(Track { name: name.to_owned(), ..Track::default() }),
    };
    package(stream, out_dir, name).await
}

/// Packages a stream of fragmented MP4.
pub async fn package(
    mut stream: impl AsyncRead + Unpin,
    out_dir: &Path,
    name: &str,
) -> Result<Track, Failure> {
    let folder = out_dir.join(name);
    fs::create_dir_all(&folder).await.map_err(failed)?;
    let mut writer = Writer::new(folder, name);
    loop {
        match next_box(&mut stream).await? {
            Next::Box(kind, bytes) => writer.take(kind, bytes).await?,
            Next::End => return writer.finish(true).await,
            Next::Broken => return writer.finish(false).await,
        }
    }
}

enum Next {
    Box([u8; 4], Vec<u8>),
    End,
    Broken,
}

async fn next_box(stream: &mut (impl AsyncRead + Unpin)) -> Result<Next, Failure> {
    let mut bytes = Vec::new();
    for needed in [8, 16] {
        fill(stream, &mut bytes, needed).await?;
        if bytes.is_empty() {
            return Ok(Next::End);
        }
        if bytes.len() < needed {
            return Ok(Next::Broken);
        }
        if let Some((_, size, kind)) = mp4::header(&bytes).map_err(malformed)? {
            if size > LARGEST_BOX {
                return Err(malformed(mp4::Malformed("a box of more than a gigabyte")));
            }
            fill(stream, &mut bytes, size).await?;
            return Ok(if bytes.len() == size {
                Next::Box(kind, bytes)
            } else {
                Next::Broken
            });
        }
    }
    Ok(Next::Broken)
}

/// Reads until `bytes` has `length` bytes or the stream ends. A connection that breaks is an end too.
async fn fill(
    stream: &mut (impl AsyncRead + Unpin),
    bytes: &mut Vec<u8>,
    length: usize,
) -> Result<(), Failure> {
    let missing = u64::try_from(length.saturating_sub(bytes.len())).unwrap_or(u64::MAX);
    match stream.take(missing).read_to_end(bytes).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

struct Writer {
    folder: PathBuf,
    track: Track,
    header: Vec<u8>,
    later: i64,
    segmenter: Option<Segmenter>,
    moof: Vec<u8>,
    pending: Vec<u8>,
}

impl Writer {
    fn new(folder: PathBuf, name: &str) -> Self {
        let track = Track {
            name: name.to_owned(),
            ..Track::default()
        };
        let (header, moof, pending) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            folder,
            track,
            header,
            later: 0,
            segmenter: None,
            moof,
            pending,
        }
    }

    async fn take(&mut self, kind: [u8; 4], bytes: Vec<u8>) -> Result<(), Failure> {
        match &kind {
            b"ftyp" => self.header = bytes,
            b"moov" => {
                self.header.extend(bytes);
                self.begin().await?;
            }
            b"moof" => self.moof = bytes,
            b"mdat" => self.fragment(&bytes).await?,
            // an index or padding: a player that reads segments needs neither
            _ => {}
        }
        Ok(())
    }

    async fn begin(&mut self) -> Result<(), Failure> {
        self.later = shift::take_empty_edit(&mut self.header).map_err(malformed)?;
        let init = Init::parse(&self.header).map_err(malformed)?;
        self.segmenter = Some(Segmenter::new(init.timescale, init.shift, SEGMENT_SECONDS));
        self.track.init = Some(init);
        write(&self.folder.join(INIT), &self.header).await
    }

    async fn fragment(&mut self, mdat: &[u8]) -> Result<(), Failure> {
        let mut moof = std::mem::take(&mut self.moof);
        shift::move_later(&mut moof, self.later).map_err(malformed)?;
        let body = mp4::need(&moof, &[b"moof"]).map_err(malformed)?;
        let fragment = Fragment::parse(body).map_err(malformed)?;
        let size = u64::try_from(moof.len() + mdat.len()).unwrap_or(u64::MAX);
        let segmenter = self
            .segmenter
            .as_mut()
            .ok_or(mp4::Malformed("a fragment before the header"))
            .map_err(malformed)?;
        if let Some(finished) = segmenter.push(&fragment, size) {
            self.flush(finished).await?;
        }
        self.pending.extend(moof);
        self.pending.extend(mdat);
        Ok(())
    }

    async fn flush(&mut self, segment: super::Segment) -> Result<(), Failure> {
        let name = segment_name(self.track.segments.len());
        write(&self.folder.join(name), &self.pending).await?;
        self.pending.clear();
        self.track.segments.push(segment);
        Ok(())
    }

    async fn finish(mut self, whole: bool) -> Result<Track, Failure> {
        if let Some(last) = self.segmenter.take().and_then(Segmenter::finish) {
            self.flush(last).await?;
        }
        self.track.whole = whole;
        Ok(self.track)
    }
}

/// Writes a file that appears under its name only when it is complete.
pub async fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    fs::write(&unfinished, bytes).await.map_err(failed)?;
    fs::rename(&unfinished, path).await.map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn failed(error: std::io::Error) -> Failure {
    Failure::internal(format!("packaging: {error}"))
}

fn malformed(error: mp4::Malformed) -> Failure {
    Failure::internal(format!("packaging: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mp4::tests::make;

    #[tokio::test]
    async fn a_stream_that_breaks_off_is_not_whole() {
        let folder = tempfile::tempdir().unwrap();
        let header = crate::mp4::init::tests::header(&[], &crate::mp4::init::tests::avc1());
        let moof = make(
            *b"moof",
            &crate::mp4::fragment::tests::moof(0, &[(10, 0), (10, 0)]),
        );
        let whole = [header, moof, make(*b"mdat", b"data")].concat();

        let track = package(&whole[..], folder.path(), "360p").await.unwrap();
        assert!(track.whole);
        assert_eq!((track.segments.len(), track.frames()), (1, 2));
        assert_eq!(
            track.files(),
            ["360p/init.mp4", "360p/index.m3u8", "360p/segment-00000.m4s"]
        );

        let track = package(&whole[..whole.len() - 1], folder.path(), "cut")
            .await
            .unwrap();
        assert!(!track.whole && track.segments.is_empty());
    }

    #[tokio::test]
    async fn what_nobody_writes_to_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("0")).unwrap();
        let (end, ended) = watch::channel(false);
        end.send(true).unwrap();
        let track = receive(listener, ended, folder.path(), "360p").await.unwrap();
        assert_eq!((track.init, track.segments.len()), (None, 0));
    }
}
