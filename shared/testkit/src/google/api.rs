//! The REST of Google's Pub/Sub emulator.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

/// One project there.
#[derive(Debug)]
pub(super) struct Api {
    http: Client,
    base: String,
    project: String,
}

impl Api {
    pub(super) fn new(address: &str, project: &str) -> Self {
        Self {
            http: Client::builder().no_proxy().build().expect("a client"),
            base: format!("http://{address}/v1/projects/{project}"),
            project: project.to_owned(),
        }
    }

    /// The same project for another runtime: connections belong to the one that made them.
    pub(super) fn again(&self) -> Self {
        Self {
            http: Client::builder().no_proxy().build().expect("a client"),
            base: self.base.clone(),
            project: self.project.clone(),
        }
    }

    pub(super) async fn make_topic(&self, name: &str) {
        self.send(Method::PUT, &format!("topics/{name}"), &json!({}))
            .await;
    }

    /// One that pushes when `push` is not empty.
    pub(super) async fn make_subscription(&self, name: &str, topic: &str, push: Value) {
        let body = json!({
            "topic": format!("projects/{}/topics/{topic}", self.project),
            "ackDeadlineSeconds": 60,
            "pushConfig": push,
        });
        self.send(Method::PUT, &format!("subscriptions/{name}"), &body)
            .await;
    }

    pub(super) async fn delete_subscription(&self, name: &str) {
        self.send(Method::DELETE, &format!("subscriptions/{name}"), &json!({}))
            .await;
    }

    /// Everything that waits in a subscription, which is taken by this.
    pub(super) async fn pull(&self, subscription: &str) -> Vec<Value> {
        let path = format!("subscriptions/{subscription}");
        let asked = json!({ "returnImmediately": true, "maxMessages": 1000 });
        let mut answer = self.send(Method::POST, &format!("{path}:pull"), &asked).await;
        let Value::Array(received) = answer["receivedMessages"].take() else {
            return Vec::new();
        };
        let ids: Vec<_> = received.iter().map(|one| one["ackId"].clone()).collect();
        self.send(
            Method::POST,
            &format!("{path}:acknowledge"),
            &json!({ "ackIds": ids }),
        )
        .await;
        received
            .into_iter()
            .map(|mut one| one["message"].take())
            .collect()
    }

    /// What is there already is made again when a Kith starts again on its project.
    async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.http.request(method, format!("{}/{path}", self.base));
        let answer = request
            .json(body)
            .send()
            .await
            .expect("Google's Pub/Sub emulator answers");
        let status = answer.status();
        let text = answer.text().await.expect("an answer");
        assert!(
            status.is_success() || status == StatusCode::CONFLICT,
            "{path}: {status}: {text}"
        );
        serde_json::from_str(&text).unwrap_or_default()
    }
}
