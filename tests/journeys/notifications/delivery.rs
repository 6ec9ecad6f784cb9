//! From what others do to entries of an inbox.

use super::{assert_folded, events, react, reply, unread};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::Kith;

#[tokio::test]
async fn what_others_do_is_told_and_what_one_does_oneself_is_not() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let post = ann.posts("first light").await;
    let comment = bob.comments(&post, "nice").await;
    reply(&ann, &post, &comment).await;
    react(&bob, &post, "like").await;
    react(&bob, &post, "love").await;
    react(&ann, &post, "wow").await;
    bob.follows(&ann).await;
    kith.settled().await;

    let entries = ann.notifications().await;
    assert_eq!(
        events(&entries),
        BTreeMap::from([("comment", 1), ("follow", 1), ("reaction", 1)])
    );
    let kinds: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["follow", "reaction", "comment"], "latest first");
    let on_post = format!("post:{}", post["postId"].as_str().unwrap());
    assert_eq!(entries[1]["target"], on_post);
    assert_eq!(entries[0]["target"], format!("user:{}", ann.user_id));
    for entry in &entries {
        let bob = json!([{ "userId": bob.user_id, "username": "bob", "displayName": "bob" }]);
        assert_eq!((&entry["actors"], &entry["read"]), (&bob, &json!(false)));
    }
    assert_eq!(unread(&ann).await, 3);

    let entries = bob.notifications().await;
    assert_eq!(events(&entries), BTreeMap::from([("reply", 1)]));
    assert_eq!(
        entries[0]["target"],
        format!("comment:{}", comment["commentId"].as_str().unwrap())
    );
    kith.nobody()
        .get("/api/notifications")
        .await
        .problem(401, "missing_token");
}

#[tokio::test]
async fn everything_is_told_once_when_every_push_comes_thrice_in_any_order() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    kith.shuffle(2, 11).await;
    let [ann, bob, cid, dan, eve] = kith.people(["ann", "bob", "cid", "dan", "eve"]).await;
    let post = ann.posts("first light").await;
    for person in [&bob, &cid, &dan, &eve] {
        react(person, &post, "like").await;
        person.comments(&post, "nice").await;
        person.comments(&post, "very").await;
        person.follows(&ann).await;
    }
    kith.settled().await;
    let entries = ann.notifications().await;
    assert_eq!(
        events(&entries),
        BTreeMap::from([("comment", 8), ("follow", 4), ("reaction", 4)])
    );
    assert_folded(&entries);
    for entry in &entries {
        let actors: BTreeSet<&str> = entry["actors"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|a| a["userId"].as_str())
            .collect();
        assert!(
            actors.len() <= 3 && actors.len() == entry["actors"].as_array().unwrap().len(),
            "{entry}"
        );
    }
    assert_eq!(unread(&ann).await, entries.len() as u64);
}

#[tokio::test]
async fn a_delivery_that_fails_half_way_is_finished_by_the_next() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let post = ann.posts("first light").await;
    kith.hold("notifications-comment-created").await;
    bob.comments(&post, "nice").await;
    kith.until("only the held push is left", async || {
        let path = format!("/_emulator/settled?project={}", kith.at.project);
        let told = kith.emulator(Method::GET, &path, None).await.ok();
        told["pending"]
            .as_array()
            .is_some_and(|pending| pending.len() == 1)
    })
    .await;
    // record and group are two commits: their answers are lost, one after the other
    kith.fault(json!({ "service": "firestore", "method": "Commit", "kind": "unavailable", "times": 3, "after": true }))
        .await;
    kith.release("notifications-comment-created").await;
    kith.settled().await;
    let entries = ann.notifications().await;
    assert_eq!(events(&entries), BTreeMap::from([("comment", 1)]));
    assert_eq!(unread(&ann).await, 1);
}

#[tokio::test]
async fn nothing_is_told_of_what_was_deleted_meanwhile() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let (post, gone) = (ann.posts("first light").await, ann.posts("a mistake").await);
    let late = [
        "notifications-comment-created",
        "notifications-reaction-added",
        "notifications-user-followed",
    ];
    for subscription in late {
        kith.hold(subscription).await;
    }
    let comment = bob.comments(&post, "nice").await;
    react(&bob, &gone, "like").await;
    bob.follows(&ann).await;
    bob.delete(&format!(
        "/api/comments/{}",
        comment["commentId"].as_str().unwrap()
    ))
    .await
    .ok();
    ann.delete(&format!("/api/posts/{}", gone["postId"].as_str().unwrap()))
        .await
        .ok();
    bob.delete(&format!("/api/profiles/{}/follow", ann.user_id))
        .await
        .ok();
    for subscription in late {
        kith.release(subscription).await;
    }
    kith.settled().await;
    assert_eq!(ann.notifications().await, Vec::<Value>::new());
    assert_eq!(unread(&ann).await, 0);
}

#[tokio::test]
async fn an_open_inbox_hears_of_it_at_once() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let mut hub = ann.hub("notifications").await;
    let post = ann.posts("first light").await;
    for (n, text) in (1..).zip(["nice", "very"]) {
        bob.comments(&post, text).await;
        let told = hub.next("NewNotification").await;
        let entries = ann.notifications().await;
        assert_eq!(told["notification"], entries[0], "the hub tells what REST shows");
        assert_eq!(events(&entries), BTreeMap::from([("comment", n)]));
        assert_eq!(told["unreadCount"], entries.len());
    }
    assert_eq!(hub.next("UnreadCountChanged").await, json!({ "unreadCount": 1 }));
    kith.settled().await;
    ann.post_nothing("/api/notifications/mark-all-read")
        .await
        .expect(200);
    // told once more in between when the hour has just ended, and the second comment begins a new entry
    while hub.next("UnreadCountChanged").await != json!({ "unreadCount": 0 }) {}
}
