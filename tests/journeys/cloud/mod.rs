//! The cloud layer by itself, against the emulator: what it promises, and what that costs.

mod answers;
mod batch;
mod coalesce;
mod contention;
mod counters;
mod locks;
mod outbox;
mod pages;
mod poison;
mod retries;

use cloud::{Cloud, CloudConfig, Collection, Document, Endpoints, Timeouts};
use contracts::{Clock, DomainEvent, Timestamp};
use reqwest::{Client, Method};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Display;
use std::time::Duration;
use testkit::Infra;
use tokio::runtime::Runtime;

/// The function that the cloud is seen by.
const FUNCTION: &str = "bench";
/// How old an entry is before a sweep takes it.
const DUE: Duration = Duration::from_secs(30);
/// The least time between two counts of one thing.
const APART: Duration = Duration::from_millis(250);
const COMMIT: (&str, &str) = ("firestore", "Commit");
/// Where nobody listens.
const NOWHERE: &str = "127.0.0.1:9";

/// A project of its own, with a clock that stands still until it is moved.
struct Bench {
    project: String,
    clock: Clock,
    http: Client,
}

impl Bench {
    async fn start() -> Self {
        let project = format!("test-{}", &uuid::Uuid::new_v4().simple().to_string()[..10]);
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(30));
        let bench = Self {
            clock: Clock::fixed(Timestamp::from_millis(1_800_000_000_000)),
            http: http.build().unwrap(),
            project,
        };
        let index = |collection: &str, fields: [(&str, &str); 2]| {
            let fields = fields.map(|(path, order)| json!({ "fieldPath": path, "order": order }));
            json!({ "collectionGroup": collection, "queryScope": "COLLECTION", "fields": fields })
        };
        let indexes = [
            index("outbox", [("shard", "ASCENDING"), ("dueAt", "ASCENDING")]),
            index("items", [("list", "ASCENDING"), ("at", "ASCENDING")]),
            index("items", [("list", "ASCENDING"), ("at", "DESCENDING")]),
        ];
        let indexes = json!({ "indexes": indexes, "fieldOverrides": [] });
        let put = json!({ "project": bench.project, "indexes": indexes });
        bench.ask(Method::PUT, "/_emulator/firestore/indexes", put).await;
        let topic = format!("/v1/projects/{}/topics/{}", bench.project, Happened::TOPIC);
        bench.ask(Method::PUT, &topic, json!({})).await;
        bench
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("http://{}{path}", Infra::shared().address);
        let answer = self.http.request(method, url).json(&body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn config(&self) -> CloudConfig {
        let infra = Infra::shared();
        let emulator = Some(format!("http://{}", infra.address));
        CloudConfig {
            project: self.project.clone(),
            region: "us-central1".to_owned(),
            endpoints: Endpoints {
                firestore: emulator.clone(),
                pubsub: emulator.clone(),
                storage: emulator.clone(),
                run: emulator.clone(),
                iam: emulator,
            },
            redis_url: infra.redis.clone(),
            redis_prefix: format!("{}:", self.project),
            objects_url: "http://localhost".to_owned(),
            cdn_url: None,
            signing_account: None,
            mail_url: None,
            mail_from: "Kith <no-reply@kith.example>".to_owned(),
            outbox_due: DUE,
            counts_apart: APART,
            timeouts: Timeouts::default(),
        }
    }

    /// An instance.
    fn cloud(&self) -> Cloud {
        self.with(&self.config())
    }

    fn with(&self, config: &CloudConfig) -> Cloud {
        Cloud::new(FUNCTION, config, self.clock.clone()).unwrap()
    }

    /// An instance that reaches no Pub/Sub: what it commits stays in the outbox, as after a crash.
    fn without_pubsub(&self) -> Cloud {
        let mut config = self.config();
        config.endpoints.pubsub = Some(format!("http://{NOWHERE}"));
        self.with(&config)
    }

    /// An instance that reaches no Redis.
    fn without_redis(&self) -> Cloud {
        let mut config = self.config();
        config.redis_url = format!("redis://{NOWHERE}");
        self.with(&config)
    }

    fn pass(&self, time: Duration) {
        self.clock.set(self.clock.now() + time);
    }

    /// The next `times` calls of a method fail with `kind` of code, `after` their work is done or before. 0 takes that back.
    async fn fault(&self, (service, method): (&str, &str), kind: &str, times: u32, after: bool) {
        let fault = json!({
            "project": self.project, "service": service, "method": method,
            "kind": kind, "times": times, "after": after,
        });
        self.ask(Method::PUT, "/_emulator/faults", fault).await;
    }

    /// How many faults have struck.
    async fn struck(&self) -> u64 {
        let told = self.ask(Method::GET, "/_emulator/faults", json!({})).await;
        let ours = told["faults"].as_array().unwrap().iter();
        let ours = ours.filter(|fault| fault["project"] == self.project.as_str());
        ours.map(|fault| fault["fired"].as_u64().unwrap()).sum()
    }

    async fn end_faults(&self) {
        let path = format!("/_emulator/faults?project={}", self.project);
        self.ask(Method::DELETE, &path, json!({})).await;
    }

    /// The ids of the events that were published, with repetitions.
    async fn published(&self) -> Vec<String> {
        let topic = format!("projects/{}/topics/{}", self.project, Happened::TOPIC);
        let path = format!("/_emulator/pubsub/messages?topic={topic}");
        let told = self.ask(Method::GET, &path, json!({})).await;
        let messages = told["messages"].as_array().unwrap();
        let id = |message: &Value| message["attributes"]["ce-id"].as_str().unwrap().to_owned();
        messages.iter().map(id).collect()
    }
}

/// Runs one case of a property.
fn case<F: Future>(work: F) -> F::Output {
    Runtime::new().unwrap().block_on(work)
}

/// An event of ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Happened {
    number: u32,
}

impl DomainEvent for Happened {
    const TYPE: &'static str = "bench.happened";
    const TOPIC: &'static str = "bench";
}

/// A document of ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    id: String,
    list: String,
    at: Timestamp,
    number: u64,
}

impl Document for Item {
    fn id(&self) -> String {
        self.id.clone()
    }
}

const ITEMS: Collection<Item> = Collection::new("items");

fn item(id: impl Display, at: i64) -> Item {
    Item {
        id: id.to_string(),
        list: "l".to_owned(),
        at: Timestamp::from_millis(at),
        number: 0,
    }
}
