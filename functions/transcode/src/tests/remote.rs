//! A source behind HTTP, read by ranges.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::clips::Lab;
use crate::{Code, Kind, Source};

/// A server of one file that knows ranges. It stops with the runtime of the test.
struct Server {
    address: String,
    /// How many requests began in the middle.
    ranges: Arc<AtomicUsize>,
}

/// How the server behaves.
#[derive(Clone, Copy)]
enum Manner {
    /// As it should.
    Proper,
    /// It ends each answer after so many bytes of the body.
    BreaksAfter(usize),
    /// It refuses with this status.
    Refuses(&'static str),
}

async fn serve(bytes: Vec<u8>, manner: Manner) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/raw?signature=secret", listener.local_addr().unwrap());
    let ranges = Arc::new(AtomicUsize::new(0));
    let counter = ranges.clone();
    let bytes = Arc::new(bytes);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, bytes.clone(), manner, counter.clone()));
        }
    });
    Server { address, ranges }
}

async fn answer(stream: TcpStream, bytes: Arc<Vec<u8>>, manner: Manner, ranges: Arc<AtomicUsize>) {
    let mut stream = BufReader::new(stream);
    let mut from = 0;
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 2) {
        if let Some(range) = line.strip_prefix("Range: bytes=") {
            from = range.split('-').next().unwrap().parse().unwrap();
            ranges.fetch_add(usize::from(from > 0), Ordering::Relaxed);
        }
        line.clear();
    }
    let (status, most) = match manner {
        Manner::Refuses(status) => (status, 0),
        _ if from >= bytes.len() => ("416 Requested Range Not Satisfiable", 0),
        Manner::BreaksAfter(most) => ("206 Partial Content", most),
        Manner::Proper => ("206 Partial Content", usize::MAX),
    };
    let body = if status.starts_with("206") {
        &bytes[from..]
    } else {
        &[]
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nAccept-Ranges: bytes\r\nContent-Range: bytes {from}-{}/{}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        bytes.len().saturating_sub(1),
        bytes.len(),
        body.len()
    );
    // a reader that seeks elsewhere closes the connection: its right
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body[..body.len().min(most)]).await;
    let _ = stream.shutdown().await;
}

#[tokio::test]
async fn an_index_at_the_end_is_found_by_a_range() {
    let lab = Lab::new();
    let clip = lab.clip("in.mp4", "320x180", 2).await;
    let server = serve(std::fs::read(clip).unwrap(), Manner::Proper).await;
    let made = lab
        .run(&Source::Url(server.address), Kind::LongForm)
        .await
        .unwrap();
    assert_eq!(made.outcome.frames, 60);
    assert!(
        server.ranges.load(Ordering::Relaxed) > 0,
        "it jumped to the index"
    );
}

#[tokio::test]
async fn a_cut_upload_behind_http_is_cut() {
    let lab = Lab::new();
    lab.clip("end.mp4", "320x180", 2).await;
    lab.ffmpeg("-i end.mp4 -c copy -movflags +faststart front.mp4")
        .await;
    for name in ["front.mp4", "end.mp4"] {
        let bytes = std::fs::read(lab.path(name)).unwrap();
        let server = serve(bytes[..bytes.len() / 2].to_vec(), Manner::Proper).await;
        let failure = lab
            .run(&Source::Url(server.address), Kind::LongForm)
            .await
            .err()
            .unwrap();
        assert_eq!(failure.code, Code::CutOff, "{name}: {failure:?}");
    }
}

#[tokio::test]
async fn a_refusing_bucket_is_not_the_file_s_fault_and_keeps_its_secret() {
    for status in ["403 Forbidden", "404 Not Found"] {
        let lab = Lab::new();
        let server = serve(Vec::new(), Manner::Refuses(status)).await;
        let failure = lab
            .run(&Source::Url(server.address), Kind::LongForm)
            .await
            .err()
            .unwrap();
        assert_eq!(failure.code, Code::SourceUnavailable, "{failure:?}");
        assert!(!format!("{failure:?}").contains("secret"), "{failure:?}");
    }
}

#[tokio::test]
async fn nobody_there() {
    let lab = Lab::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/raw", listener.local_addr().unwrap());
    drop(listener);
    let failure = lab
        .run(&Source::Url(address), Kind::LongForm)
        .await
        .err()
        .unwrap();
    assert_eq!(failure.code, Code::SourceUnavailable, "{failure:?}");
}

#[tokio::test]
async fn an_empty_object() {
    let lab = Lab::new();
    let server = serve(Vec::new(), Manner::Proper).await;
    let failure = lab
        .run(&Source::Url(server.address), Kind::LongForm)
        .await
        .err()
        .unwrap();
    assert_eq!(failure.code, Code::Empty, "{failure:?}");
}

#[tokio::test]
async fn connections_that_break_are_taken_up_again() {
    let lab = Lab::new();
    lab.clip("in.mp4", "320x180", 2).await;
    lab.ffmpeg("-i in.mp4 -c copy in.mkv").await;
    for name in ["in.mp4", "in.mkv"] {
        let bytes = std::fs::read(lab.path(name)).unwrap();
        let most = bytes.len() * 2 / 3;
        let server = serve(bytes, Manner::BreaksAfter(most)).await;
        let made = lab.run(&Source::Url(server.address), Kind::LongForm).await;
        let made = made.unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
        assert_eq!(made.outcome.frames, 60);
    }
}
