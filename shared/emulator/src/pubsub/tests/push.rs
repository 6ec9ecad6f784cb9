//! What a push endpoint gets, whatever goes wrong.

use super::*;

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
        .done(
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
    let keys = served.done("GET", "/oauth2/v3/certs", json!({})).await;
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
        .done("GET", "/_emulator/pubsub/dead-letters?project=p", json!({}))
        .await;
    let attributes = &letters["deadLetters"][0]["message"]["attributes"];
    assert_eq!(attributes["CloudPubSubDeadLetterSourceDeliveryCount"], "6");
    assert_eq!(attributes["CloudPubSubDeadLetterSourceSubscription"], "feed");
    assert_eq!(attributes["kind"], "test");
    let pulled = served
        .done(
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
        if number.is_multiple_of(3) && failed.lock().unwrap().insert(received.data.clone()) {
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
        .done(
            "PUT",
            "/_emulator/faults",
            json!({"service": "pubsub", "kind": "duplicate"}),
        )
        .await;
    let reorder = json!({"service": "pubsub", "kind": "reorder", "seed": 7});
    served.done("PUT", "/_emulator/faults", reorder).await;
    // all wait together, however long publishing takes
    let hold = json!({"project": "p", "subscription": "feed"});
    served.done("PUT", "/_emulator/pubsub/hold", hold.clone()).await;
    for number in 0..10 {
        served.publish("posts", &format!("a{number}"), "a").await;
        served.publish("posts", &format!("b{number}"), "b").await;
        served.publish("posts", &format!("-{number}"), "").await;
    }
    served.done("DELETE", "/_emulator/pubsub/hold", hold).await;
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
    served.done("PUT", "/_emulator/pubsub/hold", hold).await;
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
        .done(
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
        .done("PUT", "/_emulator/clock", json!({"offsetMillis": 700_000}))
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
    served.done("PUT", "/_emulator/pubsub/hold", hold.clone()).await;
    let publish = |data: &'static str| {
        let served = Arc::clone(&served);
        tokio::spawn(async move { served.publish("posts", data, "").await })
    };
    let (gone, stays) = (publish("gone"), publish("stays"));
    waiting(2).await;
    gone.abort();
    waiting(1).await;
    served.done("DELETE", "/_emulator/pubsub/hold", hold).await;
    stays.await.unwrap();
    let log = served
        .done(
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
        .done(
            "PUT",
            "/_emulator/faults",
            json!({"service": "pubsub", "method": "Publish", "project": "p", "resource": "posts", "kind": "unavailable", "times": 1}),
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

#[tokio::test]
async fn a_first_delivery_that_is_lost_comes_when_its_deadline_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::open(|_| 204).await;
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    served.subscription("feed", "posts", quick(&endpoint)).await;
    let lost = json!({"service": "pubsub", "project": "p", "resource": "feed", "kind": "dropOnce"});
    served.done("PUT", "/_emulator/faults", lost).await;
    served.publish("posts", "hello", "").await;
    let fired = async || {
        let listed = served.done("GET", "/_emulator/faults", json!({})).await;
        listed["faults"][0]["fired"].clone()
    };
    while fired().await != 1 {
        tokio::task::yield_now().await;
    }
    assert!(endpoint.data().is_empty());
    let later = json!({"offsetMillis": 11_000});
    served.done("PUT", "/_emulator/clock", later).await;
    served.settle().await;
    assert_eq!(endpoint.data(), ["hello"]);
    assert_eq!(fired().await, 1);
}
