//! `Idempotency-Key`: what is one, and how far it reaches.

use crate::form::{Form, Sending, pixel};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};

async fn post_with(person: &Person, path: &str, key: &[u8], body: Value) -> Answer {
    let key = HeaderValue::from_bytes(key).unwrap();
    let request = person.request(Method::POST, path).header("idempotency-key", key);
    person.send(request.json(&body)).await
}

#[tokio::test]
async fn a_key_is_1_to_255_printable_characters() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let long = [b'k'; 256];
    for no_key in [&b""[..], &long, "clé".as_bytes(), b"a\tb", b"a\xff"] {
        let body = json!({ "text": "once" });
        post_with(&ann, "/api/posts", no_key, body)
            .await
            .problem(400, "invalid_idempotency_key");
    }
    for key in [&b"k"[..], &long[..255], b"a key: ~!{}\""] {
        let first = post_with(&ann, "/api/posts", key, json!({ "text": "once" })).await;
        assert!(!first.headers.contains_key("idempotency-replayed"));
        let again = post_with(&ann, "/api/posts", key, json!({ "text": "once" })).await;
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!(first.headers["location"], again.headers["location"]);
        assert_eq!(first.expect(201), again.expect(201));
    }
    let nobody = kith.nobody();
    post_with(&nobody, "/api/posts", b"k", json!({ "text": "once" }))
        .await
        .problem(401, "missing_token");
}

#[tokio::test]
async fn a_key_is_one_of_its_route_alone() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let body = json!({ "text": "the same words" });
    let post = post_with(&ann, "/api/posts", b"k", body.clone())
        .await
        .expect(201);
    let comments = format!("/api/posts/{}/comments", post["postId"].as_str().unwrap());
    let other = ann.posts("another").await;
    let elsewhere = format!("/api/posts/{}/comments", other["postId"].as_str().unwrap());
    for path in [&comments, &elsewhere] {
        let comment = post_with(&ann, path, b"k", body.clone()).await;
        assert!(!comment.headers.contains_key("idempotency-replayed"), "{path}");
        assert_eq!(comment.expect(201)["text"], "the same words");
        assert_eq!(ann.all(path).await.len(), 1);
    }
}

#[tokio::test]
async fn who_comes_while_the_first_with_the_key_runs_is_told_so() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    // counts what reaches Cloud Storage
    kith.fault(json!({ "service": "storage", "kind": "delay", "delayMillis": 1 }))
        .await;
    let body = || json!({ "text": "me too" });
    let mut first = Sending::begin(&ann, Some("k"));
    let large = [pixel(), vec![7; 1024 * 1024]].concat();
    first.give([Form::default().begin_file().0, large].concat()).await;
    kith.until("the first is being received", async || {
        let told = kith.emulator(Method::GET, "/_emulator/faults", None).await.ok();
        let mut faults = told["faults"].as_array().unwrap().iter();
        faults.any(|fault| fault["project"] == kith.project() && fault["fired"] != 0)
    })
    .await;

    let second = post_with(&ann, "/api/posts", b"k", body()).await;
    second.problem(409, "idempotency_key_in_use");
    let form = crate::form::send(&ann, Form::default().file(&pixel()).end(), Some("k")).await;
    form.problem(409, "idempotency_key_in_use");
    // neither another person nor another route has that key
    post_with(&bob, "/api/posts", b"k", body()).await.expect(201);
    first.give([&b"\r\n"[..], &Form::default().end()].concat()).await;
    first.end().await.expect(201);
    let late = post_with(&ann, "/api/posts", b"k", body()).await;
    late.problem(422, "idempotency_key_reused");
    assert_eq!(
        ann.all(&format!("/api/users/{}/posts", ann.user_id)).await.len(),
        1
    );
    kith.settled().await;
}
