//! Schedules as a client and a target see them, over sockets.

use crate::{Emulator, Options};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::any;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const JOBS: &str = "/v1/projects/p/locations/l/jobs";

type Calls = Arc<Mutex<Vec<(HeaderMap, String)>>>;

async fn called(
    State((calls, answers)): State<(Calls, Arc<Mutex<Vec<u16>>>)>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    calls.lock().unwrap().push((headers, body));
    let answer = answers.lock().unwrap().pop().unwrap_or(200);
    StatusCode::from_u16(answer).unwrap()
}

/// A target that answers `answers`, the last first, and then 200.
async fn target(answers: Vec<u16>) -> (SocketAddr, Calls) {
    let calls = Calls::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let state = (Arc::clone(&calls), Arc::new(Mutex::new(answers)));
    let router = Router::new().route("/sweep", any(called)).with_state(state);
    #[expect(clippy::disallowed_methods, reason = "a test's own target")]
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, calls)
}

struct Client {
    emulator: Emulator,
    base: String,
    http: reqwest::Client,
}

impl Client {
    async fn open(data: &Path, target: SocketAddr) -> Self {
        let emulator = Emulator::open(Options::new(data)).unwrap();
        emulator.set_host("kith.internal", target);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let served = emulator.clone();
        tokio::spawn(async move { served.serve(listener, std::future::pending()).await });
        Self {
            emulator,
            base,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let answer = self
            .http
            .request(method, format!("{}{path}", self.base))
            .json(&body)
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default(),
        )
    }

    async fn create(&self, more: Value) -> Value {
        let mut body = json!({"name": "projects/p/locations/l/jobs/sweep", "schedule": "30 3 * * *",
            "httpTarget": {"uri": "https://posts.kith.internal/sweep", "body": "aGk=", "headers": {"X-Own": "yes"},
                "oidcToken": {"serviceAccountEmail": "schedule@kith.iam", "audience": "posts"}}});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let (status, answer) = self.ask("POST", JOBS, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    async fn move_clock(&self, minutes: i64) {
        let (status, _) = self
            .ask(
                "PUT",
                "/_emulator/clock",
                json!({"offsetMillis": minutes * 60_000}),
            )
            .await;
        assert_eq!(status, 200);
    }

    async fn settle(&self) {
        while !self.emulator.scheduler.pending(Some("p")).is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_moved_clock_makes_due_runs_happen_once() {
    let folder = tempfile::tempdir().unwrap();
    let (target, calls) = target(vec![]).await;
    let client = Client::open(folder.path(), target).await;
    let job = client.create(json!({})).await;
    assert_eq!(
        (&job["state"], &job["timeZone"], &job["attemptDeadline"]),
        (&json!("ENABLED"), &json!("Etc/UTC"), &json!("180s"))
    );
    client.settle().await;
    let before = calls.lock().unwrap().len();

    client.move_clock(12 * 24 * 60).await;
    client.settle().await;
    assert_eq!(
        calls.lock().unwrap().len() - before,
        1,
        "twelve times went by: one run"
    );
    let (headers, body) = calls.lock().unwrap().last().unwrap().clone();
    assert_eq!(
        (body.as_str(), &headers["x-own"], &headers["host"]),
        (
            "hi",
            &"yes".parse().unwrap(),
            &"posts.kith.internal".parse().unwrap()
        )
    );
    assert_eq!(headers["x-cloudscheduler-jobname"], "sweep");
    assert!(
        headers["authorization"]
            .to_str()
            .unwrap()
            .starts_with("Bearer ey")
    );
    let (_, job) = client.ask("GET", &format!("{JOBS}/sweep"), json!({})).await;
    assert_eq!(job["status"], json!({}));
    assert!(job["lastAttemptTime"].is_string());
}

#[tokio::test]
async fn runs_are_paused_asked_for_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let (target, calls) = target(vec![500, 503]).await;
    let client = Client::open(folder.path(), target).await;
    client.create(json!({"schedule": "0 0 1 1 *", "retryConfig": {"retryCount": 5, "minBackoffDuration": "0.001s"}})).await;
    let path = format!("{JOBS}/sweep");
    assert_eq!(
        client.ask("POST", &format!("{path}:pause"), json!({})).await.1["state"],
        "PAUSED"
    );
    client.move_clock(2 * 366 * 24 * 60).await;
    client.settle().await;
    assert_eq!(calls.lock().unwrap().len(), 0);
    client.ask("POST", &format!("{path}:run"), json!({})).await;
    client.settle().await;
    assert_eq!(calls.lock().unwrap().len(), 3, "two failures, then well");
    assert_eq!(
        client.ask("POST", &format!("{path}:resume"), json!({})).await.1["state"],
        "ENABLED"
    );
    client.settle().await;
    assert_eq!(
        calls.lock().unwrap().len(),
        3,
        "what went by in the pause is gone"
    );
}

#[tokio::test]
async fn jobs_are_listed_changed_and_deleted_and_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (target, calls) = target(vec![]).await;
    let client = Client::open(folder.path(), target).await;
    client.create(json!({"schedule": "0 0 1 1 *"})).await;
    let path = format!("{JOBS}/sweep");
    let (status, _) = client.ask("POST", JOBS, json!({"name": "projects/p/locations/l/jobs/sweep", "schedule": "* * * * *", "httpTarget": {"uri": "http://a/"}})).await;
    assert_eq!(status, 409);
    let (status, job) = client
        .ask(
            "PATCH",
            &format!("{path}?updateMask=schedule"),
            json!({"schedule": "0 3 1 1 *"}),
        )
        .await;
    assert_eq!((status, &job["schedule"]), (200, &json!("0 3 1 1 *")), "{job}");
    assert!(
        job["scheduleTime"]
            .as_str()
            .unwrap()
            .ends_with("-01-01T03:00:00Z"),
        "{job}"
    );
    let wrong = client
        .ask(
            "PATCH",
            &path,
            json!({"schedule": "now", "httpTarget": {"uri": "http://a/"}}),
        )
        .await;
    assert_eq!(
        (wrong.0, &wrong.1["error"]["status"]),
        (400, &json!("INVALID_ARGUMENT"))
    );
    drop(client);

    let client = Client::open(folder.path(), target).await;
    let (_, list) = client.ask("GET", JOBS, json!({})).await;
    assert_eq!(list["jobs"][0], job);
    let more = json!({"name": "projects/p/locations/l/jobs/other", "schedule": "0 0 1 1 *", "httpTarget": {"uri": "http://a/"}});
    assert_eq!(client.ask("POST", JOBS, more).await.0, 200);
    let (_, page) = client.ask("GET", &format!("{JOBS}?pageSize=1"), json!({})).await;
    assert_eq!(page["jobs"][0]["name"], "projects/p/locations/l/jobs/other");
    let next = page["nextPageToken"].as_str().unwrap();
    let (_, page) = client
        .ask("GET", &format!("{JOBS}?pageToken={next}"), json!({}))
        .await;
    assert_eq!(
        (&page["jobs"], &page["nextPageToken"]),
        (&json!([job]), &json!(""))
    );
    let other = format!("{JOBS}/other");
    assert_eq!(client.ask("DELETE", &other, json!({})).await.0, 200);
    client.move_clock(366 * 24 * 60).await;
    client.settle().await;
    assert_eq!(calls.lock().unwrap().len(), 1);
    assert_eq!(client.ask("DELETE", &path, json!({})).await.0, 200);
    assert_eq!(client.ask("GET", &path, json!({})).await.0, 404);
}
