//! Videos: from the announcement to the picture on the screen, and everything that can come between.

pub(crate) mod clips;
mod faults;
mod playing;
mod refused;
mod uploads;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};

/// Announces an upload of so many bytes; the answer is the ticket.
pub(crate) async fn begin(person: &Person, bytes: &[u8]) -> Value {
    let new = json!({ "contentType": "video/mp4", "sizeBytes": bytes.len() });
    person.post("/api/videos/upload-url", new).await.expect(201)
}

/// Puts bytes to where a ticket says, as nobody: the address is enough.
pub(crate) async fn put(kith: &Kith, ticket: &Value, bytes: &[u8]) -> Answer {
    let mut request = kith
        .nobody()
        .request(Method::PUT, ticket["uploadUrl"].as_str().unwrap());
    for (name, value) in ticket["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    kith.nobody().send(request.body(bytes.to_vec())).await
}

/// Announces and puts; the answer is the video's path.
pub(crate) async fn upload(kith: &Kith, person: &Person, bytes: &[u8]) -> String {
    let ticket = begin(person, bytes).await;
    put(kith, &ticket, bytes).await.expect(200);
    path(&ticket)
}

pub(crate) fn path(of: &Value) -> String {
    format!("/api/videos/{}", of["videoId"].as_str().unwrap())
}

/// Gives a video its title.
pub(crate) async fn describe(person: &Person, path: &str, title: &str) -> Answer {
    let video_id = path.rsplit('/').next().unwrap();
    person
        .post("/api/videos", json!({ "videoId": video_id, "title": title }))
        .await
}

/// The video, when its processing has ended and all is settled.
pub(crate) async fn processed(kith: &Kith, person: &Person, path: &str) -> Value {
    let mut video = Value::Null;
    kith.until("the video is processed", async || {
        video = person.get(path).await.expect(200);
        matches!(video["uploadStatus"].as_str(), Some("ready" | "failed"))
    })
    .await;
    kith.settled().await;
    video
}

/// The executions of the job, as the emulator shows them.
pub(crate) async fn executions(kith: &Kith) -> Vec<Value> {
    let path = format!("/_emulator/run/executions?project={}", kith.at.project);
    let shown = kith.emulator(Method::GET, &path, None).await.ok();
    shown["executions"].as_array().unwrap().clone()
}

/// How many entries of a kind are in somebody's inbox.
async fn told(person: &Person, kind: &str) -> u64 {
    let entries = person.notifications().await;
    let of_kind = entries.iter().filter(|entry| entry["kind"] == kind);
    of_kind.map(|entry| entry["count"].as_u64().unwrap()).sum()
}
