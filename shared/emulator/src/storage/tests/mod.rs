//! Cloud Storage through the emulator's router.

mod answers;
mod control;
mod copies;
mod grpc;
mod json;
mod lifecycle;
mod notifications;
mod public;
mod resumable;
mod signed;
mod versions;
mod xml;

use super::encoding::{encode, encode_path, hex};
use super::time::rfc3339;
use crate::{Emulator, Options};
use aws_lc_rs::digest;
use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};

use serde_json::{Value, json};
use tower::ServiceExt as _;

struct Fixture {
    folder: tempfile::TempDir,
    emulator: Emulator,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let emulator = Emulator::open(Options::new(folder.path())).unwrap();
        let fixture = Self { folder, emulator };
        let made = fixture
            .call("POST", "/storage/v1/b?project=demo", &[], r#"{"name":"media"}"#)
            .await;
        assert_eq!(made.status, StatusCode::OK);
        fixture
    }

    /// The same folder after the process died.
    fn reopen(self) -> Self {
        let Self { folder, emulator } = self;
        drop(emulator);
        let emulator = Emulator::open(Options::new(folder.path())).unwrap();
        Self { folder, emulator }
    }

    async fn call(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        answer(self.send(method, uri, headers, body).await).await
    }

    async fn send(
        &self,
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("host", "127.0.0.1:4443");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        // One given replaces the usual.
        if let Some((_, host)) = headers.iter().find(|(name, _)| *name == "host") {
            request.headers_mut().insert("host", host.parse().unwrap());
        }
        self.emulator.router().oneshot(request).await.unwrap()
    }

    async fn upload(&self, name: &str, bytes: impl Into<String>) -> Answer {
        let uri = format!(
            "/upload/storage/v1/b/media/o?uploadType=media&name={}",
            encode(name)
        );
        self.call("POST", &uri, &[("content-type", "text/plain")], bytes.into())
            .await
    }

    async fn download(&self, name: &str) -> Answer {
        self.call(
            "GET",
            &format!("/storage/v1/b/media/o/{}?alt=media", encode(name)),
            &[],
            "",
        )
        .await
    }

    /// An address for the object `name`, signed with the emulator's key for ten minutes.
    fn sign(&self, method: &str, name: &str, headers: &[(&str, &str)]) -> String {
        let now = self.emulator.core.clock.now_micros();
        let date = rfc3339(now)[..19].replace(['-', ':'], "") + "Z";
        let day = &date[..8];
        let mut signed: Vec<(&str, &str)> = headers.to_vec();
        signed.push(("host", "127.0.0.1"));
        signed.sort_unstable();
        let names = signed.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let line = |(name, value): &(&str, &str)| [*name, ":", *value, "\n"].concat();
        let lines: String = signed.iter().map(line).collect();
        let scope = format!("{day}/auto/storage/goog4_request");
        let credential = encode(&format!("me@demo.iam.gserviceaccount.com/{scope}"));
        let path = format!("/media/{}", encode_path(name));
        let query = format!(
            "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential={credential}&X-Goog-Date={date}&X-Goog-Expires=600&X-Goog-SignedHeaders={}",
            encode(&names)
        );
        let hash = headers.iter().find(|(name, _)| *name == "x-goog-content-sha256");
        let payload = hash.map_or("UNSIGNED-PAYLOAD", |(_, hash)| hash);
        let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{payload}");
        let hash = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let message = format!("GOOG4-RSA-SHA256\n{date}\n{scope}\n{hash}");
        let signature = self
            .emulator
            .core
            .issuer
            .sign_rsa_sha256(message.as_bytes())
            .unwrap();
        format!("{path}?{query}&X-Goog-Signature={}", hex(&signature))
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("objects"))
            .unwrap()
            .count()
    }
}

async fn answer(response: Response) -> Answer {
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: head.status,
        headers: head.headers,
        body,
    }
}

fn generation(answer: &Answer) -> i64 {
    answer.json()["generation"].as_str().unwrap().parse().unwrap()
}

impl Fixture {
    async fn json(&self, method: &str, uri: &str, body: &str) -> Answer {
        self.call(method, &format!("/storage/v1/b/media{uri}"), &[], body.to_owned())
            .await
    }

    async fn names(&self, query: &str) -> Vec<String> {
        let listed = self.json("GET", &format!("/o?{query}"), "").await.json();
        let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
        listed["items"].as_array().unwrap().iter().map(name).collect()
    }
}
