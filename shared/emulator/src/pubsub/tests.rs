//! The service as its clients see it, over sockets.

use crate::{Emulator, Options};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use gcloud_sdk::google::pubsub::v1::publisher_client::PublisherClient;
use gcloud_sdk::google::pubsub::v1::subscriber_client::SubscriberClient;
use gcloud_sdk::google::pubsub::v1::{
    AcknowledgeRequest, ModifyAckDeadlineRequest, PublishRequest, PubsubMessage, PullRequest,
    ReceivedMessage, StreamingPullRequest, Subscription, Topic,
};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, mpsc};
use tonic::Code;
use tonic::transport::Channel;

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
    async fn get_done(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    async fn topic(&self, id: &str) {
        self.get_done("PUT", &format!("/v1/projects/p/topics/{id}"), json!({}))
            .await;
    }

    /// A subscription of topic `topic`, with what else `more` says.
    async fn subscription(&self, id: &str, topic: &str, more: Value) {
        let mut body = json!({"topic": format!("projects/p/topics/{topic}")});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.get_done("PUT", &format!("/v1/projects/p/subscriptions/{id}"), body)
            .await;
    }

    async fn publish(&self, topic: &str, data: &str, key: &str) {
        use base64::Engine as _;
        let data = base64::prelude::BASE64_STANDARD.encode(data);
        let body = json!({"messages": [{"data": data, "orderingKey": key, "attributes": {"kind": "test"}}]});
        self.get_done("POST", &format!("/v1/projects/p/topics/{topic}:publish"), body)
            .await;
    }

    /// Waits until nothing is pending in the project; asks again as soon as it was answered.
    async fn settle(&self) {
        loop {
            let answer = self
                .get_done("GET", "/_emulator/settled?project=p", json!({}))
                .await;
            if answer["settled"] == true {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.address))
            .unwrap()
            .connect()
            .await
            .unwrap()
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

#[tokio::test]
async fn a_push_arrives_with_a_token_that_the_key_set_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let endpoint = Endpoint::open(|_| 204).await;
    let port: SocketAddr = endpoint.url["http://".len()..]
        .strip_suffix("/push")
        .unwrap()
        .parse()
        .unwrap();
    served
        .get_done(
            "PUT",
            "/_emulator/hosts",
            json!({"suffix": "kith.internal", "address": port}),
        )
        .await;
    served.topic("posts").await;
    let push = json!({"pushEndpoint": "https://feed.kith.internal/push",
        "oidcToken": {"serviceAccountEmail": "push@kith.iam", "audience": "feed"}});
    served
        .subscription("feed", "posts", json!({"pushConfig": push}))
        .await;
    served.publish("posts", "hello", "").await;
    served.settle().await;

    let received = endpoint.received.lock().unwrap().clone();
    let [received] = &received[..] else {
        panic!("{received:?}")
    };
    assert_eq!(
        (received.data.as_str(), received.body.get("deliveryAttempt")),
        ("hello", None)
    );
    assert_eq!(received.body["subscription"], "projects/p/subscriptions/feed");
    assert_eq!(
        received.headers["host"], "feed.kith.internal",
        "the receiver sees the host it was meant for"
    );
    let token = received.headers["authorization"]
        .to_str()
        .unwrap()
        .strip_prefix("Bearer ")
        .unwrap()
        .to_owned();
    let keys = served.get_done("GET", "/oauth2/v3/certs", json!({})).await;
    let text = |name: &str| keys["keys"][0][name].as_str().unwrap().to_owned();
    let key = jsonwebtoken::DecodingKey::from_rsa_components(&text("n"), &text("e")).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    rules.set_audience(&["feed"]);
    let claims = jsonwebtoken::decode::<Value>(&token, &key, &rules)
        .unwrap()
        .claims;
    assert_eq!(claims["email"], "push@kith.iam");
}

#[tokio::test]
async fn what_fails_comes_again_and_after_the_last_attempt_is_a_dead_letter() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let endpoint = Endpoint::open(|received| if received.data == "poison" { 500 } else { 200 }).await;
    served.topic("posts").await;
    served.topic("dead").await;
    served.subscription("burials", "dead", json!({})).await;
    let mut config = quick(&endpoint);
    config["deadLetterPolicy"] =
        json!({"deadLetterTopic": "projects/p/topics/dead", "maxDeliveryAttempts": 6});
    served.subscription("feed", "posts", config).await;
    for data in ["poison", "good", "better"] {
        served.publish("posts", data, "").await;
    }
    served.settle().await;

    let attempts: Vec<u64> = {
        let received = endpoint.received.lock().unwrap();
        received
            .iter()
            .filter(|r| r.data == "poison")
            .map(|r| r.attempt)
            .collect()
    };
    assert_eq!(attempts, [1, 2, 3, 4, 5, 6]);
    assert_eq!(endpoint.data().iter().filter(|data| *data != "poison").count(), 2);
    let letters = served
        .get_done("GET", "/_emulator/pubsub/dead-letters?project=p", json!({}))
        .await;
    let attributes = &letters["deadLetters"][0]["message"]["attributes"];
    assert_eq!(attributes["CloudPubSubDeadLetterSourceDeliveryCount"], "6");
    assert_eq!(attributes["CloudPubSubDeadLetterSourceSubscription"], "feed");
    assert_eq!(attributes["kind"], "test");
    let pulled = served
        .get_done(
            "POST",
            "/v1/projects/p/subscriptions/burials:pull",
            json!({"maxMessages": 9}),
        )
        .await;
    assert_eq!(
        pulled["receivedMessages"].as_array().map(Vec::len),
        Some(1),
        "{pulled}"
    );
}

#[tokio::test]
async fn a_key_stays_in_order_through_failures_duplicates_and_shuffling() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let failed = Mutex::new(std::collections::BTreeSet::new());
    // every third message fails when it first comes
    let endpoint = Endpoint::open(move |received| {
        let number: u32 = received.data[1..].parse().unwrap();
        if number % 3 == 0 && failed.lock().unwrap().insert(received.data.clone()) {
            503
        } else {
            204
        }
    });
    let endpoint = endpoint.await;
    served.topic("posts").await;
    let mut config = quick(&endpoint);
    config["enableMessageOrdering"] = true.into();
    served.subscription("feed", "posts", config).await;
    served
        .get_done(
            "PUT",
            "/_emulator/pubsub/faults",
            json!({"project": "p", "duplicate": 1, "shuffle": 7}),
        )
        .await;
    for number in 0..10 {
        served.publish("posts", &format!("a{number}"), "a").await;
        served.publish("posts", &format!("b{number}"), "b").await;
        served.publish("posts", &format!("-{number}"), "").await;
    }
    served.settle().await;

    let data = endpoint.data();
    for key in ["a", "b", "-"] {
        let of_key: Vec<&String> = data.iter().filter(|data| data.starts_with(key)).collect();
        let first_failures = 4;
        assert_eq!(of_key.len(), 20 + first_failures, "{of_key:?}");
        assert_eq!(of_key.is_sorted(), key != "-", "{of_key:?}");
    }
}

#[tokio::test]
async fn held_deliveries_outlive_a_kill_and_come_on_another_port() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::open(|_| 204).await;
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    served.subscription("feed", "posts", quick(&endpoint)).await;
    let hold = json!({"project": "p", "subscription": "feed"});
    served.get_done("PUT", "/_emulator/pubsub/hold", hold).await;
    for number in 0..20 {
        served.publish("posts", &format!("{number}"), "").await;
    }
    let (_, pending) = served.ask("GET", "/_emulator/settled", json!({})).await;
    assert_eq!(
        pending["pending"][0],
        "projects/p/subscriptions/feed: 20 deliveries, 0 under way, held"
    );
    drop(served);
    assert!(endpoint.data().is_empty());

    let served = Served::open(folder.path()).await;
    served.settle().await;
    let mut data: Vec<u32> = endpoint.data().iter().map(|data| data.parse().unwrap()).collect();
    data.sort_unstable();
    assert_eq!(data, (0..20).collect::<Vec<_>>(), "all came, and none twice");
    let log = served
        .get_done(
            "GET",
            "/_emulator/pubsub/messages?topic=projects/p/topics/posts",
            json!({}),
        )
        .await;
    assert_eq!(log["messages"].as_array().map(Vec::len), Some(20));
}

#[tokio::test]
async fn a_delivery_under_way_at_a_kill_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let calls = std::sync::atomic::AtomicU32::new(0);
    let served = Served::open(folder.path()).await;
    // refused until the second life of the emulator
    let endpoint = Endpoint::open(move |_| {
        if calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            500
        } else {
            204
        }
    });
    let endpoint = endpoint.await;
    served.topic("posts").await;
    let config =
        json!({"pushConfig": {"pushEndpoint": endpoint.url}, "retryPolicy": {"minimumBackoff": "600s"}});
    served.subscription("feed", "posts", config).await;
    served.publish("posts", "hello", "").await;
    endpoint.until(1).await;
    drop(served);

    let served = Served::open(folder.path()).await;
    served
        .get_done("PUT", "/_emulator/clock", json!({"offsetMillis": 700_000}))
        .await;
    served.settle().await;
    assert_eq!(endpoint.data(), ["hello", "hello"]);
}

#[tokio::test]
async fn a_publish_that_is_held_is_published_when_released_and_never_when_its_caller_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let served = Arc::new(Served::open(folder.path()).await);
    served.topic("posts").await;
    let hold = json!({"project": "p", "topic": "posts"});
    let waiting = |count: usize| {
        let served = Arc::clone(&served);
        async move {
            let expected = format!("projects/p/topics/posts: {count} publish calls held");
            while served.ask("GET", "/_emulator/settled", json!({})).await.1["pending"] != json!([expected]) {
                tokio::task::yield_now().await;
            }
        }
    };
    served
        .get_done("PUT", "/_emulator/pubsub/hold", hold.clone())
        .await;
    let publish = |data: &'static str| {
        let served = Arc::clone(&served);
        tokio::spawn(async move { served.publish("posts", data, "").await })
    };
    let (gone, stays) = (publish("gone"), publish("stays"));
    waiting(2).await;
    gone.abort();
    waiting(1).await;
    served.get_done("DELETE", "/_emulator/pubsub/hold", hold).await;
    stays.await.unwrap();
    let log = served
        .get_done(
            "GET",
            "/_emulator/pubsub/messages?topic=projects/p/topics/posts",
            json!({}),
        )
        .await;
    let data: Vec<&str> = log["messages"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|m| m["data"].as_str())
        .collect();
    assert_eq!(data, ["c3RheXM="]);

    served
        .get_done(
            "PUT",
            "/_emulator/pubsub/unavailable",
            json!({"project": "p", "topic": "posts", "times": 1}),
        )
        .await;
    let body = json!({"messages": [{"data": "aGk="}]});
    let (status, answer) = served
        .ask("POST", "/v1/projects/p/topics/posts:publish", body.clone())
        .await;
    assert_eq!((status, &answer["error"]["status"]), (503, &json!("UNAVAILABLE")));
    assert_eq!(
        served
            .ask("POST", "/v1/projects/p/topics/posts:publish", body)
            .await
            .0,
        200
    );
}

fn message(data: &str, key: &str) -> PubsubMessage {
    PubsubMessage {
        data: data.as_bytes().to_vec(),
        ordering_key: key.to_owned(),
        ..Default::default()
    }
}

fn texts(received: &[ReceivedMessage]) -> Vec<String> {
    let text = |r: &ReceivedMessage| String::from_utf8(r.message.clone().unwrap().data).unwrap();
    received.iter().map(text).collect()
}

/// A topic `posts` and an ordered subscription `feed` for pulling, made over gRPC.
async fn grpc(served: &Served) -> (PublisherClient<Channel>, SubscriberClient<Channel>) {
    let mut publisher = PublisherClient::new(served.channel().await);
    let mut subscriber = SubscriberClient::new(served.channel().await);
    let (name, topic) = (
        "projects/p/subscriptions/feed".to_owned(),
        "projects/p/topics/posts".to_owned(),
    );
    publisher
        .create_topic(Topic {
            name: topic.clone(),
            ..Default::default()
        })
        .await
        .unwrap();
    let subscription = Subscription {
        name,
        topic,
        enable_message_ordering: true,
        ..Default::default()
    };
    let made = subscriber
        .create_subscription(subscription.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(made.ack_deadline_seconds, 10);
    assert_eq!(
        subscriber
            .create_subscription(subscription)
            .await
            .unwrap_err()
            .code(),
        Code::AlreadyExists
    );
    (publisher, subscriber)
}

#[tokio::test]
async fn pulled_messages_come_again_until_they_are_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (mut publisher, mut subscriber) = grpc(&served).await;
    let topic = "projects/p/topics/posts".to_owned();
    let subscription = "projects/p/subscriptions/feed".to_owned();
    let messages = vec![message("one", ""), message("two", "")];
    let ids = publisher
        .publish(PublishRequest { topic, messages })
        .await
        .unwrap()
        .into_inner()
        .message_ids;
    assert_eq!(ids.len(), 2);

    let pull = PullRequest {
        subscription: subscription.clone(),
        max_messages: 10,
        ..Default::default()
    };
    let first = subscriber
        .pull(pull.clone())
        .await
        .unwrap()
        .into_inner()
        .received_messages;
    assert_eq!(texts(&first), ["one", "two"]);
    let ack_ids = vec![first[0].ack_id.clone()];
    subscriber
        .acknowledge(AcknowledgeRequest {
            subscription: subscription.clone(),
            ack_ids,
        })
        .await
        .unwrap();
    let ack_ids = vec![first[1].ack_id.clone()];
    let nack = ModifyAckDeadlineRequest {
        subscription: subscription.clone(),
        ack_ids,
        ack_deadline_seconds: 0,
    };
    subscriber.modify_ack_deadline(nack).await.unwrap();
    let second = subscriber
        .pull(pull.clone())
        .await
        .unwrap()
        .into_inner()
        .received_messages;
    assert_eq!(texts(&second), ["two"]);
    // the lease ends by time alone, while a pull waits
    let waiting = tokio::spawn({
        let (mut subscriber, pull) = (subscriber.clone(), pull.clone());
        async move {
            subscriber
                .pull(pull)
                .await
                .unwrap()
                .into_inner()
                .received_messages
        }
    });
    served
        .get_done("PUT", "/_emulator/clock", json!({"offsetMillis": 11_000}))
        .await;
    assert_eq!(texts(&waiting.await.unwrap()), ["two"]);
    // and at last it is past its retention
    served
        .get_done(
            "PUT",
            "/_emulator/clock",
            json!({"offsetMillis": 8 * 24 * 3_600_000_i64}),
        )
        .await;
    served.settle().await;
}

#[tokio::test]
async fn a_stream_gets_a_key_in_order_without_waiting_and_no_more_than_it_allows() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (mut publisher, mut subscriber) = grpc(&served).await;
    let topic = "projects/p/topics/posts".to_owned();
    let (requests, receiver) = mpsc::channel(8);
    let first = StreamingPullRequest {
        subscription: "projects/p/subscriptions/feed".into(),
        stream_ack_deadline_seconds: 60,
        max_outstanding_messages: 4,
        ..Default::default()
    };
    requests.send(first).await.unwrap();
    let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let mut stream = subscriber.streaming_pull(stream).await.unwrap().into_inner();
    let messages = (0..10).map(|n| message(&n.to_string(), "key")).collect();
    publisher
        .publish(PublishRequest { topic, messages })
        .await
        .unwrap();

    let mut all = Vec::new();
    while all.len() < 10 {
        let answer = stream.message().await.unwrap().unwrap();
        assert!(answer.subscription_properties.unwrap().message_ordering_enabled);
        let received = answer.received_messages;
        assert!(received.len() <= 4, "more than allowed");
        all.extend(texts(&received));
        let ack_ids = received.into_iter().map(|r| r.ack_id).collect();
        requests
            .send(StreamingPullRequest {
                ack_ids,
                ..Default::default()
            })
            .await
            .unwrap();
    }
    assert_eq!(all, (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
    served.settle().await;
    drop(requests);
    assert!(
        stream.message().await.unwrap().is_none(),
        "the stream ends with its client's side"
    );
}

#[tokio::test]
async fn rest_answers_as_google_does() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let (status, answer) = served
        .ask(
            "PUT",
            "/v1/projects/p/topics/posts",
            json!({"labels": {"a": "b"}, "state": 1}),
        )
        .await;
    let expected = json!({"name": "projects/p/topics/posts", "labels": {"a": "b"}, "state": "ACTIVE"});
    assert_eq!((status, answer), (200, expected));
    let cases = [
        ("PUT", "topics/posts", json!({}), 409, "ALREADY_EXISTS"),
        ("GET", "topics/none", json!({}), 404, "NOT_FOUND"),
        ("PUT", "topics/x", json!({}), 400, "INVALID_ARGUMENT"),
        (
            "PUT",
            "topics/other",
            json!({"nonsense": 1}),
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "PUT",
            "topics/other",
            json!({"schemaSettings": {}}),
            501,
            "UNIMPLEMENTED",
        ),
        (
            "PUT",
            "subscriptions/feed",
            json!({"topic": "projects/p/topics/none"}),
            404,
            "NOT_FOUND",
        ),
        (
            "POST",
            "subscriptions/feed:pull",
            json!({"maxMessages": 1}),
            404,
            "NOT_FOUND",
        ),
        ("POST", "subscriptions/feed:seek", json!({}), 501, "UNIMPLEMENTED"),
        (
            "POST",
            "topics/none:publish",
            json!({"messages": [{"data": "aGk="}]}),
            404,
            "NOT_FOUND",
        ),
        (
            "POST",
            "topics/posts:publish",
            json!({"messages": [{"data": "?"}]}),
            400,
            "INVALID_ARGUMENT",
        ),
        ("GET", "snapshots", json!({}), 501, "UNIMPLEMENTED"),
    ];
    for (method, path, body, code, name) in cases {
        let (status, answer) = served.ask(method, &format!("/v1/projects/p/{path}"), body).await;
        assert_eq!(
            (status, answer["error"]["status"].as_str()),
            (code, Some(name)),
            "{method} {path}: {answer}"
        );
    }
    served.topic("videos").await;
    let page = served
        .get_done("GET", "/v1/projects/p/topics?pageSize=1", json!({}))
        .await;
    assert_eq!(
        (&page["topics"][0]["name"], &page["nextPageToken"]),
        (
            &json!("projects/p/topics/posts"),
            &json!("projects/p/topics/posts")
        )
    );
    let page = served
        .get_done(
            "GET",
            "/v1/projects/p/topics?pageToken=projects/p/topics/posts",
            json!({}),
        )
        .await;
    assert_eq!(
        (page["topics"].as_array().map(Vec::len), page.get("nextPageToken")),
        (Some(1), None)
    );

    served
        .subscription("feed", "posts", json!({"filter": "attributes.kind = \"test\""}))
        .await;
    let update = json!({"subscription": {"ackDeadlineSeconds": 60}, "updateMask": "ackDeadlineSeconds"});
    served
        .get_done("PATCH", "/v1/projects/p/subscriptions/feed", update)
        .await;
    served
        .get_done(
            "POST",
            "/v1/projects/p/topics/posts:publish",
            json!({"messages": [{"data": "aGk="}]}),
        )
        .await;
    served.publish("posts", "passes the filter", "").await;
    let pulled = served
        .get_done(
            "POST",
            "/v1/projects/p/subscriptions/feed:pull",
            json!({"maxMessages": 9}),
        )
        .await;
    assert_eq!(pulled["receivedMessages"].as_array().map(Vec::len), Some(1));
    let ack = json!({"ackIds": [pulled["receivedMessages"][0]["ackId"]]});
    served
        .get_done("POST", "/v1/projects/p/subscriptions/feed:acknowledge", ack)
        .await;
    served.settle().await;
    served
        .get_done("DELETE", "/v1/projects/p/topics/posts", json!({}))
        .await;
    let left = served
        .get_done("GET", "/v1/projects/p/subscriptions/feed", json!({}))
        .await;
    assert_eq!(
        (&left["topic"], &left["ackDeadlineSeconds"]),
        (&json!("_deleted-topic_"), &json!(60))
    );
    served
        .get_done("DELETE", "/v1/projects/p/subscriptions/feed", json!({}))
        .await;
}
