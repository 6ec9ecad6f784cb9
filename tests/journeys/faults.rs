//! Everything that can go wrong between a change and those who hear of it: nothing is lost, nothing happens twice.

use futures::future::join_all;
use local::Redis;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

async fn control(kith: &Kith, method: Method, path: &str, mut body: Value) {
    body["project"] = json!(kith.at.project);
    kith.emulator(method, path, Some(body)).await.ok();
}

/// What everybody did to ann's post, and what she and everybody must see once things have settled, by definition.
async fn crowd(kith: &Kith, ann: &Person, others: &[Person]) -> (Value, usize) {
    let post = ann.posts("first light").await;
    let id = post["postId"].as_str().unwrap().to_owned();
    let each = others.iter().map(|person| {
        let (id, post) = (&id, &post);
        async move {
            person.follows(ann).await;
            person.comments(post, "nice").await;
            let path = format!("/api/posts/{id}/reactions");
            person.post(&path, json!({ "type": "wow" })).await.expect(201);
            person.post(&path, json!({ "type": "love" })).await.expect(201);
        }
    });
    join_all(each).await;
    kith.settled().await;
    (post, others.len())
}

/// The inbox folds each kind into one entry, or two when the hour turned meanwhile.
async fn folded(ann: &Person, kind: &str) -> u64 {
    let inbox = ann.notifications().await;
    inbox
        .iter()
        .filter(|entry| entry["kind"] == kind)
        .map(|entry| entry["count"].as_u64().unwrap())
        .sum()
}

async fn equals_its_definition(kith: &Kith, ann: &Person, post: &Value, crowd: usize) {
    let crowd = u64::try_from(crowd).unwrap();
    let path = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let shown = ann.get(&path).await.expect(200);
    assert_eq!(shown["counters"]["comments"], crowd);
    assert_eq!(shown["counters"]["reactions"]["love"], crowd);
    assert_eq!(shown["counters"]["reactions"]["wow"], 0);
    let profile = kith
        .nobody()
        .get(&format!("/api/profiles/{}", ann.user_id))
        .await
        .expect(200);
    assert_eq!(profile["counts"]["followers"], crowd);
    for kind in ["comment", "reaction", "follow"] {
        assert_eq!(folded(ann, kind).await, crowd, "{kind}");
    }
    let unread = ann
        .notifications()
        .await
        .iter()
        .filter(|entry| entry["read"] == false)
        .count();
    assert_eq!(
        ann.get("/api/notifications/unread-count").await.expect(200)["unreadCount"],
        unread
    );
    let dead = kith
        .emulator(
            Method::GET,
            &format!("/_emulator/pubsub/dead-letters?project={}", kith.at.project),
            None,
        )
        .await
        .ok();
    assert!(dead["messages"].as_array().is_none_or(Vec::is_empty), "{dead}");
}

#[tokio::test]
async fn every_push_comes_three_times_and_out_of_order() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob, cid, dan, eve] = kith.people(["ann", "bob", "cid", "dan", "eve"]).await;
    kith.settled().await;
    kith.shuffle(2, 7).await;
    let (post, others) = crowd(&kith, &ann, &[bob, cid, dan, eve]).await;
    equals_its_definition(&kith, &ann, &post, others).await;
}

#[tokio::test]
async fn deliveries_that_come_long_after_everything_else_change_nothing() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    let late = [
        "notifications-comment-created",
        "posts-reaction-added",
        "profiles-user-followed",
    ];
    for subscription in late {
        kith.hold(subscription).await;
    }
    let post = ann.posts("first light").await;
    for person in [&bob, &cid] {
        person.follows(&ann).await;
        person.comments(&post, "nice").await;
        let path = format!("/api/posts/{}/reactions", post["postId"].as_str().unwrap());
        person.post(&path, json!({ "type": "love" })).await.expect(201);
    }
    for subscription in late {
        kith.release(subscription).await;
    }
    kith.settled().await;
    equals_its_definition(&kith, &ann, &post, 2).await;
}

#[tokio::test]
async fn a_function_that_dies_before_it_has_published_is_swept_up_after() {
    if testkit::left_out() {
        return;
    }
    let mut kith = Kith::processes(&[]).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    kith.settled().await;
    control(
        &kith,
        Method::PUT,
        "/_emulator/pubsub/hold",
        json!({ "topic": "posts" }),
    )
    .await;
    // stored, acknowledged within a second or so, not published
    let comment = bob.comments(&post, "nice").await;
    assert_eq!(kith.waiting("posts").await, 1);
    kith.kill("posts").await;
    control(
        &kith,
        Method::DELETE,
        "/_emulator/pubsub/hold",
        json!({ "topic": "posts" }),
    )
    .await;
    assert_eq!(folded(&ann, "comment").await, 0);

    kith.revive("posts").await;
    kith.until("the sweep has sent it", async || {
        kith.run_schedule("posts-outbox-sweep").await;
        kith.waiting("posts").await == 0
    })
    .await;
    kith.settled().await;
    assert_eq!(folded(&ann, "comment").await, 1);
    let listed = ann
        .all(&format!(
            "/api/posts/{}/comments",
            post["postId"].as_str().unwrap()
        ))
        .await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["commentId"], comment["commentId"]);
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_happens_once() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    kith.settled().await;
    for (kind, after) in [
        ("unavailable", true),
        ("deadlineExceeded", true),
        ("unavailable", false),
        ("aborted", false),
    ] {
        let fault =
            json!({ "service": "firestore", "method": "Commit", "kind": kind, "times": 1, "after": after });
        kith.fault(fault).await;
        bob.comments(&post, "nice").await;
    }
    kith.settled().await;
    let listed = ann
        .all(&format!(
            "/api/posts/{}/comments",
            post["postId"].as_str().unwrap()
        ))
        .await;
    assert_eq!(listed.len(), 4);
    assert_eq!(folded(&ann, "comment").await, 4);
}

#[tokio::test]
async fn redis_dies_and_comes_back_and_documents_inbox_and_counters_are_unharmed() {
    let folder = tempfile::tempdir().unwrap();
    let mut redis = Redis::start(folder.path()).await.unwrap();
    let socket = redis.address().port();
    let kith = Kith::start_with(&[("REDIS_URL", &redis.url())]).await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    let post = ann.posts("first light").await;
    let id = post["postId"].as_str().unwrap().to_owned();
    let engages = async |person: &Person| {
        person.follows(&ann).await;
        person.comments(&post, "nice").await;
        person
            .post(&format!("/api/posts/{id}/reactions"), json!({ "type": "love" }))
            .await
            .expect(201);
    };
    engages(&bob).await;
    redis.kill().await.unwrap();
    engages(&cid).await;
    assert_eq!(
        ann.get(&format!("/api/posts/{id}")).await.expect(200)["text"],
        "first light"
    );
    assert_eq!(
        ann.get("/api/feed").await.expect(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let _redis = Redis::start_at(folder.path(), socket).await.unwrap();
    kith.until("everything left is sent", async || {
        for function in ["auth", "posts", "profiles", "notifications"] {
            kith.run_schedule(&format!("{function}-outbox-sweep")).await;
        }
        let mut left = 0;
        for function in ["auth", "posts", "profiles", "notifications"] {
            left += kith.waiting(function).await;
        }
        left == 0
    })
    .await;
    kith.settled().await;
    equals_its_definition(&kith, &ann, &post, 2).await;
}
