//! Media: from the announcement to what others see, and everything that can come between.

mod attached;
mod bounds;
mod faults;
mod files;
mod images;
pub(crate) mod pictures;
mod sweep;
mod uploads;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};

const BEGIN: &str = "/api/media/upload-url";

/// Announces an image of so many bytes; the answer is the ticket.
pub(crate) async fn begin(person: &Person, content_type: &str, bytes: &[u8]) -> Value {
    let new = json!({ "kind": "image", "contentType": content_type, "sizeBytes": bytes.len() });
    person.post(BEGIN, new).await.expect(201)
}

/// Sends bytes to where a ticket says, as nobody: the address is enough.
pub(crate) async fn put(kith: &Kith, ticket: &Value, bytes: &[u8]) -> Answer {
    let method = Method::from_bytes(ticket["method"].as_str().unwrap().as_bytes()).unwrap();
    let mut request = kith
        .nobody()
        .request(method, ticket["uploadUrl"].as_str().unwrap());
    for (name, value) in ticket["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    kith.nobody().send(request.body(bytes.to_vec())).await
}

/// Announces and sends an image; the answer is the media's path.
async fn upload(kith: &Kith, person: &Person, content_type: &str, bytes: &[u8]) -> String {
    let ticket = begin(person, content_type, bytes).await;
    put(kith, &ticket, bytes).await.expect(200);
    path(&ticket)
}

/// An image of somebody's, wide enough for every variant, that was looked at.
pub(crate) async fn ready_image(kith: &Kith, person: &Person) -> Value {
    let path = upload(kith, person, "image/png", &pictures::png(1_300, 40)).await;
    examined(kith, person, &path).await
}

/// The id of an image whose bytes do not come.
pub(crate) async fn announced_image(person: &Person) -> Value {
    begin(person, "image/png", b"bytes").await["mediaId"].clone()
}

fn path(of: &Value) -> String {
    format!("/api/media/{}", of["mediaId"].as_str().unwrap())
}

/// The media, when its bytes were looked at and all is settled.
async fn examined(kith: &Kith, person: &Person, path: &str) -> Value {
    let mut media = Value::Null;
    kith.until("the media is examined", async || {
        media = person.get(path).await.expect(200);
        media["status"] != "pending"
    })
    .await;
    kith.settled().await;
    media
}

/// The names of all objects in one of the two buckets.
async fn stored(kith: &Kith, bucket: &str) -> Vec<String> {
    let path = format!("/storage/v1/b/{}-{bucket}/o", kith.at.project);
    let listed = kith.emulator(Method::GET, &path, None).await.ok();
    let items = listed["items"].as_array().cloned().unwrap_or_default();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

/// A picture to upload.
pub(crate) fn picture(width: u32, height: u32) -> Vec<u8> {
    pictures::png(width, height)
}

/// Fails unless nothing at all is stored.
pub(crate) async fn nothing_stays(kith: &Kith) {
    for bucket in ["media-uploads", "media"] {
        assert_eq!(stored(kith, bucket).await, Vec::<String>::new(), "{bucket}");
    }
}

/// What brings `media` the news of uploads.
pub(crate) const NEWS: &str = "media-object-finalize";

/// An object as anybody gets it: status, headers, bytes.
async fn fetched(
    kith: &Kith,
    url: &Value,
    range: Option<&str>,
) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let mut request = kith.nobody().request(Method::GET, url.as_str().unwrap());
    if let Some(range) = range {
        request = request.header("range", range);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap().to_vec())
}
