//! Jobs whose programs are shells. They meet the tests in named pipes, so nothing waits for a time.

mod api;
mod outside;

use super::Program;
use super::execution::{Execution, Status};
use crate::{Emulator, Options};
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tower::ServiceExt as _;

const JOB: &str = "projects/demo/locations/l/jobs/work";

struct Fixture {
    folder: tempfile::TempDir,
    emulator: Emulator,
}

fn options(folder: &Path) -> Options {
    let shell = Program {
        path: "/bin/sh".into(),
        args: vec!["-c".into()],
        env: [("FROM".into(), "image".into())].into(),
    };
    Options {
        images: [("shell".to_owned(), shell)].into(),
        ..Options::new(folder.join("data"))
    }
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let emulator = Emulator::open(options(folder.path())).unwrap();
        Self { folder, emulator }
    }

    fn reopen(self) -> Self {
        let Self { folder, emulator } = self;
        drop(emulator);
        Self {
            emulator: Emulator::open(options(folder.path())).unwrap(),
            folder,
        }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = self.emulator.router().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (head.status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Makes the job with a shell script.
    async fn job(&self, script: &str, template: Value) {
        let mut inner = template;
        inner["containers"] = json!([{"image": "shell", "args": [script], "env": [{"name": "A", "value": "job"}, {"name": "B", "value": "job"}]}]);
        let job = json!({"template": {"template": inner}});
        let (status, made) = self
            .call("POST", "/v2/projects/demo/locations/l/jobs?jobId=work", job)
            .await;
        assert_eq!((status, &made["done"]), (StatusCode::OK, &json!(true)), "{made}");
    }

    /// Runs the job; the execution's name.
    async fn run(&self, overrides: Value) -> String {
        let (status, operation) = self
            .call("POST", &format!("/v2/{JOB}:run"), json!({"overrides": overrides}))
            .await;
        assert_eq!(
            (status, &operation["done"]),
            (StatusCode::OK, &json!(false)),
            "{operation}"
        );
        operation["metadata"]["name"].as_str().unwrap().to_owned()
    }

    async fn ended(&self, name: &str) -> Execution {
        self.emulator.jobs.ended(name, None).await.unwrap()
    }

    fn pipe(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        path
    }

    fn log(&self, name: &str, file: &str) -> String {
        let id = name.rsplit('/').next().unwrap();
        std::fs::read_to_string(self.folder.path().join("data/jobs").join(id).join(file)).unwrap()
    }

    /// A script that says its process id through a pipe in its first attempt and then never ends by itself, and the pipe.
    fn holding(&self) -> (String, PathBuf) {
        let (said, held) = (self.pipe("said"), self.pipe("held"));
        let script = format!(
            "if [ $CLOUD_RUN_TASK_ATTEMPT = 0 ]; then exec 3>{}; echo started >&3; read x <{}; fi; echo fine",
            said.display(),
            held.display()
        );
        (script, said)
    }
}

/// Reads that the script has started.
async fn started(pipe: &Path) -> BufReader<tokio::fs::File> {
    let mut reader = BufReader::new(tokio::fs::File::open(pipe).await.unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).await.unwrap();
    assert_eq!(line, "started\n");
    reader
}

/// The pipe ends when its last writer has: the process and everything it started.
async fn gone(mut reader: BufReader<tokio::fs::File>) {
    let mut rest = String::new();
    reader.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "");
}

#[tokio::test]
async fn tasks_see_the_images_the_jobs_and_the_runs_variables() {
    let fixture = Fixture::new();
    let names =
        "$FROM $A $B $CLOUD_RUN_JOB $CLOUD_RUN_TASK_INDEX $CLOUD_RUN_TASK_COUNT $CLOUD_RUN_TASK_ATTEMPT";
    fixture.job("exit 9", json!({})).await;
    let script = format!("echo {names} ${{CARGO_MANIFEST_DIR:-clean}}; echo to-err >&2");
    let overrides = json!({"taskCount": 2, "containerOverrides": [{"args": [script], "env": [{"name": "B", "value": "run"}]}]});
    let name = fixture.run(overrides).await;
    let ended = fixture.ended(&name).await;
    assert_eq!(ended.result(), Some(Ok(())));
    assert_eq!(
        fixture.log(&name, "1-0.log"),
        "image job run work 1 2 0 clean\nto-err\n"
    );
    let (_, operation) = fixture
        .call("GET", &format!("/v2/{}", ended.operation()), json!({}))
        .await;
    assert_eq!(
        (&operation["done"], &operation["response"]["succeededCount"]),
        (&json!(true), &json!(2))
    );
    let (_, job) = fixture.call("GET", &format!("/v2/{JOB}"), json!({})).await;
    assert_eq!(job["latestCreatedExecution"]["name"], json!(name));
    let (_, listed) = fixture
        .call("GET", &format!("/v2/{JOB}/executions"), json!({}))
        .await;
    assert_eq!(listed["executions"][0]["name"], json!(name));
}

#[tokio::test]
async fn a_failed_attempt_is_retried_until_the_retries_are_used_up() {
    let fixture = Fixture::new();
    fixture
        .job("[ $CLOUD_RUN_TASK_ATTEMPT = 2 ]", json!({"maxRetries": 2}))
        .await;
    let name = fixture.run(json!({})).await;
    let ended = fixture.ended(&name).await;
    assert_eq!((ended.result(), ended.tasks[0].attempt), (Some(Ok(())), 2));
    let name = fixture
        .run(json!({"containerOverrides": [{"args": ["exit 7"]}]}))
        .await;
    let ended = fixture.ended(&name).await;
    assert_eq!(ended.tasks[0].attempt, 2);
    assert!(ended.result().unwrap().unwrap_err().contains("exit code 7"));
    let (_, operation) = fixture
        .call(
            "POST",
            &format!("/v2/{}:wait", ended.operation()),
            json!({"timeout": "5s"}),
        )
        .await;
    assert_eq!(
        (&operation["done"], &operation["error"]["code"]),
        (&json!(true), &json!(2))
    );
}

#[tokio::test]
async fn an_execution_that_ran_when_the_emulator_died_is_run_again() {
    let fixture = Fixture::new();
    let (script, pipe) = fixture.holding();
    fixture.job(&script, json!({"maxRetries": 0})).await;
    let name = fixture.run(json!({})).await;
    let reader = started(&pipe).await;
    assert_eq!(fixture.emulator.jobs.pending(Some("demo")).len(), 1);
    assert!(fixture.emulator.jobs.pending(Some("other")).is_empty());
    let fixture = fixture.reopen();
    gone(reader).await;
    let ended = fixture.ended(&name).await;
    assert_eq!(
        (ended.result(), ended.tasks[0].attempt, ended.tasks[0].failures),
        (Some(Ok(())), 1, 0)
    );
    assert_eq!(fixture.log(&name, "0-1.log"), "fine\n");
    assert!(fixture.emulator.jobs.pending(None).is_empty());
}

#[tokio::test]
async fn a_task_that_takes_too_long_is_killed() {
    let fixture = Fixture::new();
    let (script, pipe) = fixture.holding();
    fixture
        .job(&script, json!({"maxRetries": 1, "timeout": "60s"}))
        .await;
    let name = fixture.run(json!({})).await;
    let reader = started(&pipe).await;
    fixture.emulator.core.clock.set_offset(61_000_000);
    gone(reader).await;
    let ended = fixture.ended(&name).await;
    assert_eq!((ended.result(), ended.tasks[0].failures), (Some(Ok(())), 1));
    assert!(ended.tasks[0].last.as_ref().unwrap().message.contains("timeout"));
}

#[tokio::test]
async fn a_cancelled_execution_ends_with_everything_it_started() {
    let fixture = Fixture::new();
    let (script, pipe) = fixture.holding();
    // The shell that holds the pipe is a child of the task's.
    fixture.job(&format!("({script}); echo"), json!({})).await;
    let name = fixture.run(json!({})).await;
    let reader = started(&pipe).await;
    let (status, _) = fixture.call("DELETE", &format!("/v2/{name}"), json!({})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (_, cancelled) = fixture
        .call("POST", &format!("/v2/{name}:cancel"), json!({}))
        .await;
    assert_eq!(
        (&cancelled["done"], &cancelled["metadata"]["cancelledCount"]),
        (&json!(true), &json!(1))
    );
    gone(reader).await;
    assert_eq!(fixture.ended(&name).await.tasks[0].status, Status::Cancelled);
    let (status, _) = fixture.call("DELETE", &format!("/v2/{name}"), json!({})).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn faults_kill_attempts_and_start_runs_twice() {
    let fixture = Fixture::new();
    fixture.job("read x; exit 0", json!({"maxRetries": 3})).await;
    for fault in [
        json!({"service": "run", "project": "demo", "resource": "work", "kind": "kill", "times": 2}),
        json!({"service": "run", "project": "demo", "resource": "work", "kind": "duplicate"}),
    ] {
        let (status, told) = fixture.call("PUT", "/_emulator/faults", fault).await;
        assert_eq!(status, StatusCode::OK, "{told}");
    }
    fixture.run(json!({})).await;
    let (_, all) = fixture
        .call("GET", "/_emulator/run/executions?project=demo", json!({}))
        .await;
    let names: Vec<&str> = all["executions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 2);
    let mut failures = 0;
    for name in names {
        let ended = fixture.ended(name).await;
        assert_eq!(ended.result(), Some(Ok(())));
        failures += ended.tasks[0].failures;
    }
    assert_eq!(failures, 2);
}

#[tokio::test]
async fn jobs_are_refused_changed_and_removed() {
    let fixture = Fixture::new();
    fixture.job("exit 0", json!({})).await;
    let template = |image: &str| json!({"template": {"template": {"containers": [{"image": image, "args": ["exit 1"]}]}}});
    let create = "/v2/projects/demo/locations/l/jobs?jobId=work";
    assert_eq!(
        fixture.call("POST", create, template("shell")).await.0,
        StatusCode::CONFLICT
    );
    let other = create.replace("work", "other");
    let (status, refused) = fixture.call("POST", &other, template("unknown")).await;
    assert_eq!(
        (status, &refused["error"]["status"]),
        (StatusCode::BAD_REQUEST, &json!("FAILED_PRECONDITION"))
    );
    let (_, changed) = fixture
        .call("PATCH", &format!("/v2/{JOB}"), template("shell"))
        .await;
    assert_eq!(changed["response"]["generation"], "2");
    let name = fixture
        .run(json!({"containerOverrides": [{"args": ["exit 0"]}]}))
        .await;
    assert_eq!(fixture.ended(&name).await.result(), Some(Ok(())));
    let fixture = fixture.reopen();
    let (_, listed) = fixture
        .call("GET", "/v2/projects/demo/locations/l/jobs", json!({}))
        .await;
    assert_eq!(
        (
            &listed["jobs"][0]["generation"],
            &listed["jobs"][0]["executionCount"]
        ),
        (&json!("2"), &json!(1))
    );
    assert_eq!(
        fixture.call("DELETE", &format!("/v2/{JOB}"), json!({})).await.0,
        StatusCode::OK
    );
    assert_eq!(
        fixture.call("GET", &format!("/v2/{name}"), json!({})).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, unknown) = fixture
        .call("GET", "/v2/projects/demo/locations/l/services", json!({}))
        .await;
    assert_eq!(
        (status, &unknown["error"]["status"]),
        (StatusCode::NOT_IMPLEMENTED, &json!("UNIMPLEMENTED"))
    );
}
