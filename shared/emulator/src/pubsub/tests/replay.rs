//! Seek, snapshots, retention and expiry, over REST.

use super::*;

const FEED: &str = "/v1/projects/p/subscriptions/feed";
const HOUR: i64 = 3_600_000;

impl Served {
    /// Pulls what there is at once and acknowledges it; answers the data.
    async fn drain(&self, subscription: &str) -> Vec<String> {
        use base64::Engine as _;
        let path = format!("/v1/projects/p/subscriptions/{subscription}");
        let pull = json!({"maxMessages": 100, "returnImmediately": true});
        let pulled = self.done("POST", &format!("{path}:pull"), pull).await;
        let received = pulled["receivedMessages"].as_array().cloned().unwrap_or_default();
        let ids: Vec<&Value> = received.iter().map(|message| &message["ackId"]).collect();
        if !ids.is_empty() {
            let ack = json!({"ackIds": ids});
            self.done("POST", &format!("{path}:acknowledge"), ack).await;
        }
        let data = |message: &Value| {
            let data = message["message"]["data"].as_str().unwrap();
            String::from_utf8(base64::prelude::BASE64_STANDARD.decode(data).unwrap()).unwrap()
        };
        received.iter().map(data).collect()
    }

    async fn clock(&self, offset: i64) -> Value {
        self.done("PUT", "/_emulator/clock", json!({"offsetMillis": offset}))
            .await
    }

    /// The time on the emulator's clock, less `millis`.
    async fn time_ago(&self, millis: i64) -> String {
        let clock = self.done("GET", "/_emulator/clock", json!({})).await;
        let now = clock["nowMillis"].as_i64().unwrap();
        jiff::Timestamp::from_millisecond(now - millis)
            .unwrap()
            .to_string()
    }

    async fn seek(&self, subscription: &str, to: Value) {
        let path = format!("/v1/projects/p/subscriptions/{subscription}:seek");
        self.done("POST", &path, to).await;
    }
}

#[tokio::test]
async fn a_seek_replays_what_is_retained_and_purges_what_lies_before() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    let keeps = json!({"retainAckedMessages": true, "enableMessageOrdering": true});
    served.subscription("feed", "posts", keeps).await;
    served.subscription("plain", "posts", json!({})).await;
    served.publish("posts", "old", "key").await;
    served.clock(HOUR).await;
    served.publish("posts", "new", "key").await;
    for subscription in ["feed", "plain"] {
        assert_eq!(served.drain(subscription).await, ["old", "new"]);
        assert_eq!(served.drain(subscription).await, [""; 0]);
    }

    let everything = json!({"time": served.time_ago(2 * HOUR).await});
    served.seek("feed", everything.clone()).await;
    served.seek("plain", everything.clone()).await;
    assert_eq!(served.drain("feed").await, ["old", "new"], "in their order");
    assert_eq!(served.drain("plain").await, [""; 0], "nothing is retained here");
    let later = json!({"time": served.time_ago(HOUR / 2).await});
    served.seek("feed", later).await;
    assert_eq!(served.drain("feed").await, ["new"]);

    served.seek("feed", everything.clone()).await;
    let future = json!({"time": served.time_ago(-HOUR).await});
    served.seek("feed", future).await;
    assert_eq!(served.drain("feed").await, [""; 0], "purged");
    served.clock(8 * 24 * HOUR).await;
    served.settle().await;
    served.seek("feed", everything).await;
    assert_eq!(served.drain("feed").await, [""; 0], "past its retention");
}

#[tokio::test]
async fn a_topic_s_retention_replays_what_came_before_the_subscription() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    let retention = json!({"messageRetentionDuration": "7200s"});
    served.done("PUT", "/v1/projects/p/topics/posts", retention).await;
    served.publish("posts", "first", "").await;
    served.clock(HOUR).await;
    served.publish("posts", "second", "").await;
    let made = json!({"filter": "attributes.kind = \"test\""});
    served.subscription("feed", "posts", made).await;
    let config = served.done("GET", FEED, json!({})).await;
    assert_eq!(config["topicMessageRetentionDuration"], "7200s");
    assert_eq!(served.drain("feed").await, [""; 0]);
    let everything = json!({"time": served.time_ago(5 * HOUR).await});
    served.seek("feed", everything.clone()).await;
    assert_eq!(served.drain("feed").await, ["first", "second"]);
    served.clock(5 * HOUR / 2).await;
    served.seek("feed", everything).await;
    assert_eq!(served.drain("feed").await, ["second"]);
}

#[tokio::test]
async fn a_snapshot_holds_what_was_open_and_all_after_it_through_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    served.subscription("feed", "posts", json!({})).await;
    served.publish("posts", "acknowledged", "").await;
    served.drain("feed").await;
    served.publish("posts", "open", "").await;
    let path = "/v1/projects/p/snapshots/then";
    let body = json!({"subscription": "projects/p/subscriptions/feed", "labels": {"a": "b"}});
    let made = served.done("PUT", path, body.clone()).await;
    assert_eq!(made["topic"], "projects/p/topics/posts");
    assert_eq!(served.ask("PUT", path, body).await.0, 409);
    served.publish("posts", "after", "").await;
    assert_eq!(served.drain("feed").await, ["open", "after"]);
    drop(served);

    let served = Served::open(folder.path()).await;
    assert_eq!(served.done("GET", path, json!({})).await, made);
    let list = served
        .done("GET", "/v1/projects/p/topics/posts/snapshots", json!({}))
        .await;
    assert_eq!(list, json!({"snapshots": ["projects/p/snapshots/then"]}));
    // another subscription of the topic can be taken there too
    served.subscription("other", "posts", json!({})).await;
    let then = json!({"snapshot": "projects/p/snapshots/then"});
    for subscription in ["feed", "other"] {
        served.seek(subscription, then.clone()).await;
        assert_eq!(served.drain(subscription).await, ["open", "after"]);
    }
    served.topic("videos").await;
    served.subscription("elsewhere", "videos", json!({})).await;
    let (status, _) = served
        .ask("POST", "/v1/projects/p/subscriptions/elsewhere:seek", then)
        .await;
    assert_eq!(status, 400);
    // it lives for seven days at the most
    served.clock(7 * 24 * HOUR + HOUR).await;
    served.settle().await;
    while served.ask("GET", path, json!({})).await.0 != 404 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_subscription_that_nobody_uses_expires_and_one_in_use_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open(folder.path()).await;
    served.topic("posts").await;
    let day = json!({"expirationPolicy": {"ttl": "86400s"}});
    served.subscription("feed", "posts", day.clone()).await;
    served.subscription("unused", "posts", day).await;
    served.clock(20 * HOUR).await;
    served.drain("feed").await;
    served.clock(30 * HOUR).await;
    while served
        .ask("GET", "/v1/projects/p/subscriptions/unused", json!({}))
        .await
        .0
        != 404
    {
        tokio::task::yield_now().await;
    }
    assert_eq!(served.ask("GET", FEED, json!({})).await.0, 200);
}
