//! The page, what there is, and removing it.

use crate::{Emulator, Options};
use axum::body::{Body, to_bytes};
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{CommitRequest, Document, Value as Stored, Write, write::Operation};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

struct Fixture {
    _folder: tempfile::TempDir,
    emulator: Emulator,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let emulator = Emulator::open(Options::new(folder.path())).unwrap();
        Self {
            _folder: folder,
            emulator,
        }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        let answer = self.emulator.router().oneshot(request).await.unwrap();
        let status = answer.status();
        (
            status,
            to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec(),
        )
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json");
        let (status, bytes) = self
            .send(request.body(Body::from(body.to_string())).unwrap())
            .await;
        assert!(
            status.is_success(),
            "{method} {path}: {status} {}",
            String::from_utf8_lossy(&bytes)
        );
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, json!({})).await
    }

    /// Writes documents by gRPC, as clients do.
    async fn write(&self, project: &str, paths: &[&str]) {
        let database = format!("projects/{project}/databases/(default)");
        let document = |path: &&str| Document {
            name: format!("{database}/documents/{path}"),
            fields: [(
                "n".to_owned(),
                Stored {
                    value_type: Some(ValueType::IntegerValue(7)),
                },
            )]
            .into(),
            ..Document::default()
        };
        let write = |path| Write {
            operation: Some(Operation::Update(document(path))),
            ..Write::default()
        };
        let commit = CommitRequest {
            writes: paths.iter().map(write).collect(),
            database: database.clone(),
            ..CommitRequest::default()
        };
        let message = prost::Message::encode_to_vec(&commit);
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        let frame = [&[0], length.as_slice(), &message].concat();
        let request =
            Request::post("/google.firestore.v1.Firestore/Commit").header("content-type", "application/grpc");
        let (status, _) = self.send(request.body(Body::from(frame)).unwrap()).await;
        assert_eq!(status, StatusCode::OK);
    }

    /// Something of every service.
    async fn filled(&self, project: &str) {
        self.write(project, &["posts/a", "posts/b/comments/c", "profiles/x"])
            .await;
        self.ask("PUT", &format!("/v1/projects/{project}/topics/posts"), json!({}))
            .await;
        let subscription = json!({"topic": format!("projects/{project}/topics/posts")});
        self.ask(
            "PUT",
            &format!("/v1/projects/{project}/subscriptions/feed"),
            subscription,
        )
        .await;
        let message = json!({"messages": [{"data": "aGk="}]});
        self.ask(
            "POST",
            &format!("/v1/projects/{project}/topics/posts:publish"),
            message,
        )
        .await;
        self.ask(
            "POST",
            &format!("/storage/v1/b?project={project}"),
            json!({"name": format!("media-of-{project}")}),
        )
        .await;
        let upload = format!("/upload/storage/v1/b/media-of-{project}/o?uploadType=media&name=a%2Fb");
        self.ask("POST", &upload, json!("bytes")).await;
        let job = json!({"name": format!("projects/{project}/locations/l/jobs/sweep"), "schedule": "0 0 1 1 *", "httpTarget": {"uri": "http://a/"}});
        self.ask("POST", &format!("/v1/projects/{project}/locations/l/jobs"), job)
            .await;
        let fault = json!({"service": "iam", "project": project, "kind": "internal"});
        self.ask("PUT", "/_emulator/faults", fault).await;
    }

    async fn counts(&self, project: &str) -> Vec<usize> {
        let state = self.get(&format!("/_emulator/state?project={project}")).await;
        let parts = [
            "collections",
            "topics",
            "subscriptions",
            "buckets",
            "executions",
            "schedules",
            "faults",
        ];
        parts
            .iter()
            .map(|part| state[*part].as_array().unwrap().len())
            .collect()
    }
}

#[tokio::test]
async fn a_reset_removes_all_of_one_project_and_nothing_of_another() {
    let fixture = Fixture::new();
    for project in ["one", "two"] {
        fixture.filled(project).await;
    }
    assert_eq!(
        fixture.get("/_emulator/projects").await,
        json!({"projects": ["one", "two"]})
    );
    assert_eq!(fixture.counts("one").await, [2, 1, 1, 1, 0, 1, 1]);
    fixture
        .ask("POST", "/_emulator/reset", json!({"project": "one"}))
        .await;
    assert_eq!(fixture.counts("one").await, [0; 7]);
    assert_eq!(fixture.counts("two").await, [2, 1, 1, 1, 0, 1, 1]);
    assert_eq!(
        fixture.get("/_emulator/projects").await,
        json!({"projects": ["two"]})
    );
    fixture.filled("one").await;
    assert_eq!(fixture.counts("one").await, [2, 1, 1, 1, 0, 1, 1]);
}

#[tokio::test]
async fn documents_are_looked_through_by_page() {
    let fixture = Fixture::new();
    fixture
        .write("p", &["posts/a", "posts/b/comments/c", "posts/d"])
        .await;
    let root = "projects/p/databases/(default)/documents";
    let look = async |path: &str| {
        fixture
            .get(&format!("/_emulator/firestore/documents?path={root}{path}"))
            .await
    };
    assert_eq!(look("").await["collections"], json!(["posts"]));
    let first = look("/posts&limit=2").await;
    assert_eq!(first["documents"][0]["fields"]["n"], json!({"integerValue": "7"}));
    assert_eq!(
        first["documents"][1],
        json!({"name": format!("{root}/posts/b"), "missing": true})
    );
    assert_eq!(first["cursor"], "b");
    let second = look("/posts&limit=2&cursor=b").await;
    assert_eq!(second["documents"].as_array().map(Vec::len), Some(1));
    assert_eq!(second["cursor"], Value::Null);
    let one = look("/posts/b").await;
    assert_eq!(
        (&one["document"], &one["collections"]),
        (&Value::Null, &json!(["comments"]))
    );
    let billed = fixture.get("/_emulator/firestore/operations?project=p").await;
    assert_eq!(billed.as_object().unwrap().keys().collect::<Vec<_>>(), ["Commit"]);
}

#[tokio::test]
async fn the_page_asks_nobody_but_the_emulator() {
    let fixture = Fixture::new();
    let request = Request::get("/_emulator/").body(Body::empty()).unwrap();
    let (status, bytes) = fixture.send(request).await;
    let page = String::from_utf8(bytes).unwrap();
    assert_eq!(status, StatusCode::OK);
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    for foreign in ["http://", "https://", "import ", "innerHTML"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}
