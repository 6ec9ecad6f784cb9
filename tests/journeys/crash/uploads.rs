//! Resumable uploads: what was put is there, objects are whole, and an upload that was cut goes on where its session says.

use super::life::{Life, Load};
use reqwest::{Client, Method, Response};
use serde_json::json;

/// Chunks are multiples of this.
const CHUNK: usize = 256 * 1024;
const CHUNKS: usize = 3;
/// The last chunk is shorter.
const LAST: usize = 1000;
const TOTAL: usize = CHUNK * (CHUNKS - 1) + LAST;

#[derive(Default)]
pub(super) struct Uploads {
    last: u64,
    /// Objects whose upload was acknowledged in this life, and those that have outlived a kill already.
    whole: Vec<u64>,
    older: Vec<u64>,
    /// The one under way: its number, its session's path, and how many of its bytes were acknowledged.
    open: Option<(u64, String, usize)>,
}

impl Uploads {
    /// Makes the bucket.
    pub(super) async fn begin(life: &Life) -> Self {
        life.ask(
            Method::POST,
            "/storage/v1/b?project=crash",
            &json!({"name": "crash-media"}),
        )
        .await;
        Self::default()
    }

    /// Uploads object after object until the emulator dies.
    pub(super) async fn load(&mut self, load: &Load) {
        while self.one(load).await.is_some() {}
    }

    async fn one(&mut self, load: &Load) -> Option<()> {
        self.last += 1;
        let number = self.last;
        let begin = format!(
            "{}/upload/storage/v1/b/crash-media/o?uploadType=resumable&name={number}",
            load.url
        );
        let answer = load.http.post(begin).json(&json!({})).send().await.ok()?;
        let session = answer
            .headers()
            .get("location")
            .expect("a session")
            .to_str()
            .unwrap();
        let path = session.split_once("/upload/").expect("its path").1;
        let path = format!("/upload/{path}");
        load.acknowledge();
        self.open = Some((number, path.clone(), 0));
        let bytes = content(number);
        for from in (0..TOTAL).step_by(CHUNK) {
            let answer = put(&load.http, &format!("{}{path}", load.url), &bytes, from, CHUNK).await?;
            // the answer's end must come too
            let status = answer.status().as_u16();
            answer.bytes().await.ok()?;
            assert!([200, 308].contains(&status), "{status}");
            load.acknowledge();
            self.open = Some((number, path.clone(), (from + CHUNK).min(TOTAL)));
        }
        self.open = None;
        self.whole.push(number);
        Some(())
    }

    /// What was put is there byte for byte; what was begun goes on.
    pub(super) async fn check(&mut self, life: &Life) {
        if let Some((number, path, acknowledged)) = self.open.take() {
            go_on(life, number, &path, acknowledged).await;
            self.whole.push(number);
        }
        for number in self.whole.iter().chain(&self.older) {
            assert!(same(life, *number).await, "object {number} was acknowledged");
        }
        // an upload that nobody was told the session of left no object
        let listed = life
            .ask(
                Method::GET,
                "/storage/v1/b/crash-media/o?maxResults=1000",
                &json!({}),
            )
            .await;
        let all = self.whole.len() + self.older.len();
        assert_eq!(listed["items"].as_array().map_or(0, Vec::len), all);
        for number in std::mem::replace(&mut self.older, std::mem::take(&mut self.whole)) {
            let path = format!("/storage/v1/b/crash-media/o/{number}");
            life.ask(Method::DELETE, &path, &json!({})).await;
        }
    }
}

/// Asks a session how far it is, and puts the rest.
async fn go_on(life: &Life, number: u64, path: &str, acknowledged: usize) {
    let asked = life
        .request(Method::PUT, path)
        .header("content-range", format!("bytes */{TOTAL}"))
        .body("")
        .send()
        .await
        .unwrap();
    let status = asked.status().as_u16();
    if status == 200 {
        return;
    }
    assert_eq!(status, 308, "{}", asked.text().await.unwrap());
    let range = asked
        .headers()
        .get("range")
        .map(|range| range.to_str().unwrap().to_owned());
    let there = range.map_or(0, |range| {
        let last: usize = range.rsplit('-').next().unwrap().parse().unwrap();
        last + 1
    });
    assert!(
        there >= acknowledged,
        "{acknowledged} bytes were acknowledged, {there} are there"
    );
    let hidden = life
        .request(Method::GET, &format!("/storage/v1/b/crash-media/o/{number}"))
        .send()
        .await
        .unwrap();
    assert_eq!(hidden.status(), 404, "a half object is seen");
    let (url, bytes) = (format!("{}{path}", life.url), content(number));
    let answer = put(&life.http, &url, &bytes, there, TOTAL).await;
    assert_eq!(answer.expect("it lives").status(), 200);
}

async fn put(http: &Client, url: &str, bytes: &[u8], from: usize, most: usize) -> Option<Response> {
    let to = (from + most).min(TOTAL);
    let range = format!("bytes {from}-{}/{TOTAL}", to - 1);
    let request = http
        .put(url)
        .header("content-range", range)
        .body(bytes[from..to].to_vec());
    request.send().await.ok()
}

async fn same(life: &Life, number: u64) -> bool {
    let path = format!("/storage/v1/b/crash-media/o/{number}?alt=media");
    let answer = life.request(Method::GET, &path).send().await.unwrap();
    answer.status() == 200 && answer.bytes().await.unwrap() == content(number)
}

/// Bytes that no other object has.
fn content(number: u64) -> Vec<u8> {
    let byte = |at: usize| {
        (at as u64)
            .wrapping_mul(number.wrapping_mul(2_654_435_761))
            .to_be_bytes()[4]
    };
    (0..TOTAL).map(byte).collect()
}
