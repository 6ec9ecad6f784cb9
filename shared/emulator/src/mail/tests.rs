//! The mailbox as a client and a person see it.

use crate::{Emulator, Options};
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use tower::ServiceExt as _;

async fn send(emulator: &Emulator, method: &str, path: &str, body: &Value) -> (StatusCode, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string())).unwrap();
    let answer = emulator.router().oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

fn mail(id: &str, to: &str, text: &str) -> Value {
    json!({ "id": id, "from": "Kith <k@example.com>", "to": to, "subject": "Hello", "text": text })
}

async fn keep(emulator: &Emulator, project: &str, mail: Value) {
    let path = format!("/_mailbox/mails?project={project}");
    let (status, text) = send(emulator, "POST", &path, &mail).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{text}");
}

async fn texts(data: &Emulator, query: &str) -> Vec<String> {
    let (_, text) = send(data, "GET", &format!("/_mailbox/mails{query}"), &Value::Null).await;
    let told: Value = serde_json::from_str(&text).unwrap();
    let mails = told["mails"].as_array().unwrap().iter();
    mails
        .map(|mail| mail["text"].as_str().unwrap().to_owned())
        .collect()
}

fn open(data: &Path) -> Emulator {
    Emulator::open(Options::new(data)).unwrap()
}

#[tokio::test]
async fn mails_are_kept_once_newest_first_by_project_and_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    {
        let emulator = open(folder.path());
        keep(&emulator, "p", mail("1", "ann@example.com", "first")).await;
        keep(&emulator, "p", mail("2", "Bob@example.com", "second")).await;
        keep(&emulator, "p", mail("1", "ann@example.com", "first again")).await;
        keep(&emulator, "q", mail("1", "ann@example.com", "another's")).await;
    }
    let emulator = open(folder.path());
    assert_eq!(texts(&emulator, "?project=p").await, ["second", "first"]);
    assert_eq!(
        texts(&emulator, "?project=p&to=bob@example.com").await,
        ["second"]
    );
    assert_eq!(texts(&emulator, "").await.len(), 3);
    let (status, _) = send(&emulator, "POST", "/_emulator/reset", &json!({ "project": "p" })).await;
    assert!(status.is_success());
    assert_eq!(texts(&emulator, "").await, ["another's"]);
}

#[tokio::test]
async fn the_oldest_go_when_there_are_a_thousand() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = open(folder.path());
    for number in 0..1003 {
        keep(
            &emulator,
            "p",
            mail(&number.to_string(), "a@b.example", &number.to_string()),
        )
        .await;
    }
    let kept = texts(&emulator, "?project=p").await;
    assert_eq!(
        (kept.len(), kept[0].as_str(), kept[999].as_str()),
        (1000, "1002", "3")
    );
}

#[tokio::test]
async fn the_page_shows_what_strangers_wrote_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = open(folder.path());
    keep(
        &emulator,
        "p",
        mail("1", "ann@example.com", "<script>alert(1)</script>"),
    )
    .await;
    let (status, page) = send(&emulator, "GET", "/_mailbox", &Value::Null).await;
    assert!(status.is_success() && page.contains("&lt;script&gt;") && !page.contains("<script>"));
    let (status, _) = send(&emulator, "POST", "/_mailbox/mails?project=p", &json!({})).await;
    assert!(status.is_client_error());
}
