//! What callers see of faults.

use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt as _;

/// Sends a request to an emulator of its own; the status and the body.
async fn ask(emulator: &crate::Emulator, method: &str, path: &str, body: &str) -> (StatusCode, String) {
    let json = ("content-type", "application/json");
    let request = Request::builder().method(method).uri(path).header(json.0, json.1);
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let answer = emulator.router().oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn every_service_answers_its_faults_in_its_own_form() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = crate::Emulator::open(crate::Options::new(folder.path())).unwrap();
    let (status, _) = ask(&emulator, "PUT", "/_emulator/faults", r#"{"kind":"unavailable"}"#).await;
    assert_eq!(status, StatusCode::OK);
    for (path, form) in [
        ("/v1/projects/p/topics", r#""status":"UNAVAILABLE""#),
        ("/v1/projects/p/locations/l/jobs", r#""status":"UNAVAILABLE""#),
        ("/v2/projects/p/locations/l/jobs", r#""status":"UNAVAILABLE""#),
        ("/storage/v1/b?project=p", r#""reason":"backendError""#),
        ("/bucket/object", "<Code>ServiceUnavailable</Code>"),
    ] {
        let (status, body) = ask(&emulator, "GET", path, "").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(body.contains(form), "{path}: {body}");
    }
    let (_, listed) = ask(&emulator, "GET", "/_emulator/faults", "").await;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["faults"][0]["fired"], 5);
    assert_eq!(
        ask(&emulator, "DELETE", "/_emulator/faults?id=1", "").await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        ask(&emulator, "GET", "/v1/projects/p/topics", "").await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_answer_that_is_lost_was_given_and_a_bucket_is_of_its_project() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = crate::Emulator::open(crate::Options::new(folder.path())).unwrap();
    let after = r#"{"service":"pubsub","method":"CreateTopic","kind":"unavailable","after":true,"times":1}"#;
    ask(&emulator, "PUT", "/_emulator/faults", after).await;
    let create = ask(&emulator, "PUT", "/v1/projects/p/topics/tales", "{}").await;
    assert_eq!(create.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        ask(&emulator, "GET", "/v1/projects/p/topics/tales", "").await.0,
        StatusCode::OK
    );

    ask(
        &emulator,
        "POST",
        "/storage/v1/b?project=p",
        r#"{"name":"media-of-p"}"#,
    )
    .await;
    let of_project = |project: &str| {
        format!(r#"{{"service":"storage","project":"{project}","kind":"internal","times":1}}"#)
    };
    ask(&emulator, "PUT", "/_emulator/faults", &of_project("q")).await;
    assert_eq!(
        ask(&emulator, "GET", "/storage/v1/b/media-of-p", "").await.0,
        StatusCode::OK
    );
    ask(&emulator, "PUT", "/_emulator/faults", &of_project("p")).await;
    let refused = ask(&emulator, "GET", "/storage/v1/b/media-of-p", "").await.0;
    assert_eq!(refused, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn every_write_of_rows_and_objects_asks_the_slow_disk() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = crate::Emulator::open(crate::Options::new(folder.path())).unwrap();
    ask(
        &emulator,
        "POST",
        "/storage/v1/b?project=p",
        r#"{"name":"media-of-p"}"#,
    )
    .await;
    let slow = r#"{"kind":"slowDisk","delayMillis":1}"#;
    ask(&emulator, "PUT", "/_emulator/faults", slow).await;
    let struck = || emulator.core.faults.list(0)[0]["fired"].as_u64().unwrap();
    ask(&emulator, "PUT", "/v1/projects/p/topics/tales", "{}").await;
    assert_eq!(struck(), 1, "one transaction");
    let upload = "/upload/storage/v1/b/media-of-p/o?uploadType=media&name=a";
    assert_eq!(ask(&emulator, "POST", upload, "bytes").await.0, StatusCode::OK);
    assert!(struck() >= 3, "the bytes, and their row");
}
