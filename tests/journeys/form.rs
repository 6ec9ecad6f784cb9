//! Forms with files, whole or as they are being sent.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures::SinkExt;
use futures::channel::mpsc;
use reqwest::{Body, Method, RequestBuilder};
use std::io;
use testkit::{Answer, Person};
use tokio::task::JoinHandle;

const BOUNDARY: &str = "--------kith7b0f6d3e";
/// One pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// The smallest picture.
pub(crate) fn pixel() -> Vec<u8> {
    BASE64_STANDARD.decode(PNG).unwrap()
}

/// A form being written.
#[derive(Default, Clone)]
pub(crate) struct Form(pub(crate) Vec<u8>);

impl Form {
    pub(crate) fn text(mut self, name: &str, text: &str) -> Self {
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        self.0.extend_from_slice(head.as_bytes());
        self
    }

    pub(crate) fn file(self, bytes: &[u8]) -> Self {
        let mut begun = self.begin_file();
        begun.0.extend_from_slice(bytes);
        begun.0.extend_from_slice(b"\r\n");
        begun
    }

    /// What stands before the bytes of a file.
    pub(crate) fn begin_file(mut self) -> Self {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self
    }

    pub(crate) fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.0
    }
}

fn request(person: &Person, key: Option<&str>) -> RequestBuilder {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = person
        .request(Method::POST, "/api/posts")
        .header("content-type", kind);
    match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    }
}

/// Posts a form.
pub(crate) async fn send(person: &Person, body: Vec<u8>, key: Option<&str>) -> Answer {
    person.send(request(person, key).body(body)).await
}

/// A form that is on its way: a test gives it in piece by piece.
pub(crate) struct Sending {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    answer: JoinHandle<Option<Answer>>,
}

impl Sending {
    pub(crate) fn begin(person: &Person, key: Option<&str>) -> Self {
        let (pieces, body) = mpsc::channel(0);
        let request = request(person, key).body(Body::wrap_stream(body));
        let answer = tokio::spawn(async move {
            let answer = request.send().await.ok()?;
            Some(Answer::read(answer).await)
        });
        Self { pieces, answer }
    }

    pub(crate) async fn give(&mut self, piece: Vec<u8>) {
        self.pieces.send(Ok(piece.into())).await.unwrap();
    }

    /// That was all.
    pub(crate) async fn end(self) -> Answer {
        drop(self.pieces);
        self.answer.await.unwrap().expect("an answer")
    }

    /// The connection breaks.
    pub(crate) async fn cut(mut self) {
        let broken = io::Error::from(io::ErrorKind::ConnectionReset);
        self.pieces.send(Err(broken)).await.unwrap();
        let answer = self.answer.await.unwrap();
        assert!(answer.is_none(), "who is cut off hears nothing");
    }
}
