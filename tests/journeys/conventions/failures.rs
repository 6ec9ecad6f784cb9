//! When something below us fails.

use serde_json::{Value, json};
use testkit::{Answer, Kith};

/// The problem of an answer, with nothing in it or around it of what failed.
fn silent(answer: Answer, status: u16, code: &str, members: &[&str]) -> Value {
    let said = format!("{:?} {}", answer.headers, answer.body).to_lowercase();
    for inside in [
        "emulator",
        "firestore",
        "told to fail",
        "invalid_argument",
        "grpc",
        "src/",
        "test-",
    ] {
        assert!(!said.contains(inside), "{inside}: {said}");
    }
    let problem = answer.problem(status, code);
    let named: Vec<&str> = problem.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named, members);
    assert_eq!(problem["type"], "about:blank");
    problem
}

#[tokio::test]
async fn a_500_says_nothing_of_what_is_inside() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start_with(&[("RETRY_SECONDS", "1")]).await;
    let [ann] = kith.people(["ann"]).await;
    ann.posts("first light").await;
    let path = format!("/api/users/{}/posts", ann.user_id);
    kith.settled().await;
    // a mistake of ours
    kith.fault(json!({ "service": "firestore", "method": "RunQuery", "kind": "invalidArgument" }))
        .await;
    let failed = ann.get(&path).await;
    assert!(!failed.headers.contains_key("retry-after"));
    let members = ["code", "instance", "status", "title", "traceId", "type"];
    let problem = silent(failed, 500, "internal", &members);
    assert_eq!(
        (&problem["title"], &problem["status"], &problem["instance"]),
        (&json!("Internal Server Error"), &json!(500), &json!(path))
    );
    // something is away: come again
    kith.fault(json!({ "service": "firestore", "method": "RunQuery", "kind": "unavailable" }))
        .await;
    let away = ann.get(&path).await;
    assert_eq!(away.headers["retry-after"], "1");
    let members = ["code", "detail", "instance", "status", "title", "traceId", "type"];
    let problem = silent(away, 503, "unavailable", &members);
    assert_eq!(problem["title"], "Service Unavailable");
}
