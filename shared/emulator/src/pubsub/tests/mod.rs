//! The service as its clients see it, over sockets.

mod backlog;
mod policies;
mod pull;
mod push;
mod replay;
mod rest;
mod streams;

use crate::{Emulator, Options};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::Notify;

/// An emulator that is served on a runtime of its own, until it is dropped: then all it did ends wherever it stands, as after `kill -9`.
struct Served {
    address: SocketAddr,
    http: reqwest::Client,
    runtime: Option<Runtime>,
}

impl Drop for Served {
    fn drop(&mut self) {
        let runtime = self.runtime.take();
        // a runtime must not be waited for inside another
        std::thread::spawn(move || drop(runtime)).join().unwrap();
    }
}

impl Served {
    async fn open(data: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let options = Options::new(data);
        let serving = runtime.spawn(async move {
            let emulator = Emulator::open(options).unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move { emulator.serve(listener, std::future::pending()).await });
            address
        });
        let address = serving.await.unwrap();
        Self {
            address,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            runtime: Some(runtime),
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("http://{}{path}", self.address);
        let answer = self.http.request(method, url).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default(),
        )
    }

    /// Asks for what must succeed.
    async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    async fn topic(&self, id: &str) {
        self.done("PUT", &format!("/v1/projects/p/topics/{id}"), json!({}))
            .await;
    }

    /// A subscription of topic `topic`, with what else `more` says.
    async fn subscription(&self, id: &str, topic: &str, more: Value) {
        let mut body = json!({"topic": format!("projects/p/topics/{topic}")});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.done("PUT", &format!("/v1/projects/p/subscriptions/{id}"), body)
            .await;
    }

    async fn publish(&self, topic: &str, data: &str, key: &str) {
        use base64::Engine as _;
        let data = base64::prelude::BASE64_STANDARD.encode(data);
        let body = json!({"messages": [{"data": data, "orderingKey": key, "attributes": {"kind": "test"}}]});
        self.done("POST", &format!("/v1/projects/p/topics/{topic}:publish"), body)
            .await;
    }

    /// Waits until nothing is pending in the project; asks again as soon as it was answered.
    async fn settle(&self) {
        loop {
            let answer = self.done("GET", "/_emulator/settled?project=p", json!({})).await;
            if answer["settled"] == true {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// What a push endpoint was sent.
#[derive(Debug, Clone)]
struct Received {
    data: String,
    attempt: u64,
    body: Value,
    headers: HeaderMap,
}

type Answer = Arc<dyn Fn(&Received) -> u16 + Send + Sync>;

/// A push endpoint: keeps what comes, and answers what `answer` says.
struct Endpoint {
    url: String,
    received: Arc<Mutex<Vec<Received>>>,
    came: Arc<Notify>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type EndpointState = (Arc<Mutex<Vec<Received>>>, Arc<Notify>, Answer);

async fn receive(
    State((all, came, answer)): State<EndpointState>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    use base64::Engine as _;
    let body: Value = serde_json::from_str(&body).unwrap();
    let data = base64::prelude::BASE64_STANDARD
        .decode(body["message"]["data"].as_str().unwrap())
        .unwrap();
    let attempt = body["deliveryAttempt"].as_u64().unwrap_or(0);
    let received = Received {
        data: String::from_utf8(data).unwrap(),
        attempt,
        body,
        headers,
    };
    all.lock().unwrap().push(received.clone());
    came.notify_waiters();
    StatusCode::from_u16(answer(&received)).unwrap()
}

impl Endpoint {
    async fn open(answer: impl Fn(&Received) -> u16 + Send + Sync + 'static) -> Self {
        let (received, came) = (Arc::<Mutex<Vec<Received>>>::default(), Arc::<Notify>::default());
        let answer: Answer = Arc::new(answer);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/push", listener.local_addr().unwrap());
        let state = (Arc::clone(&received), Arc::clone(&came), answer);
        let router = Router::new().route("/push", post(receive)).with_state(state);
        #[expect(clippy::disallowed_methods, reason = "a test's own endpoint")]
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            received,
            came,
            server,
        }
    }

    fn data(&self) -> Vec<String> {
        self.received
            .lock()
            .unwrap()
            .iter()
            .map(|received| received.data.clone())
            .collect()
    }

    async fn until(&self, count: usize) {
        loop {
            let came = self.came.notified();
            if self.received.lock().unwrap().len() >= count {
                return;
            }
            came.await;
        }
    }
}

fn quick(endpoint: &Endpoint) -> Value {
    json!({
        "pushConfig": {"pushEndpoint": endpoint.url},
        "retryPolicy": {"minimumBackoff": "0s", "maximumBackoff": "0.01s"},
    })
}
