//! The inbox.

use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Kith, Person};

const HOLD: &str = "/_emulator/pubsub/hold";

fn id(entry: &Value) -> String {
    entry["notificationId"].as_str().expect("an id").to_owned()
}

/// How many events of each kind there are, whatever groups they are in: an hour may end while a test runs.
fn events(entries: &[Value]) -> BTreeMap<&str, u64> {
    let mut events = BTreeMap::new();
    for entry in entries {
        let kind = entry["kind"].as_str().expect("a kind");
        *events.entry(kind).or_default() += entry["count"].as_u64().expect("a count");
    }
    events
}

/// Entries of one kind, target and hour are one.
fn assert_folded(entries: &[Value]) {
    let hour = |entry: &Value| entry["updatedAt"].as_str().expect("a time")[..13].to_owned();
    let keys = entries.iter().map(|entry| {
        (
            entry["kind"].clone().to_string(),
            entry["target"].to_string(),
            hour(entry),
        )
    });
    assert_eq!(keys.collect::<BTreeSet<_>>().len(), entries.len(), "{entries:?}");
}

async fn unread(person: &Person) -> u64 {
    let answer = person.get("/api/notifications/unread-count").await.expect(200);
    answer["unreadCount"].as_u64().expect("a number")
}

async fn mark(person: &Person, entries: &[&Value]) -> Value {
    let ids: Vec<String> = entries.iter().map(|entry| id(entry)).collect();
    person
        .post("/api/notifications/mark-read", json!({ "notificationIds": ids }))
        .await
        .expect(200)
}

async fn react(person: &Person, post: &Value, kind: &str) {
    let path = format!(
        "/api/posts/{}/reactions",
        post["postId"].as_str().expect("a post")
    );
    person.post(&path, json!({ "type": kind })).await.ok();
}

async fn reply(person: &Person, post: &Value, parent: &Value) -> Value {
    let path = format!("/api/posts/{}/comments", post["postId"].as_str().expect("a post"));
    let new = json!({ "text": "indeed", "parentCommentId": parent["commentId"] });
    person.post(&path, new).await.expect(201)
}

async fn hold(kith: &Kith, method: Method, event: &str) {
    let body = json!({ "project": kith.at.project, "subscription": format!("notifications-{event}") });
    kith.emulator(method, HOLD, Some(body)).await.ok();
}

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
    let kith = Kith::start().await;
    let faults = json!({ "project": kith.at.project, "duplicate": 2, "shuffle": 11 });
    kith.emulator(Method::PUT, "/_emulator/pubsub/faults", Some(faults))
        .await
        .ok();
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
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let post = ann.posts("first light").await;
    hold(&kith, Method::PUT, "comment-created").await;
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
    let faults = json!({ "project": kith.at.project, "method": "Commit", "code": "UNAVAILABLE", "times": 3, "after": true });
    kith.emulator(Method::PUT, "/_emulator/firestore/faults", Some(faults))
        .await
        .ok();
    hold(&kith, Method::DELETE, "comment-created").await;
    kith.settled().await;
    let entries = ann.notifications().await;
    assert_eq!(events(&entries), BTreeMap::from([("comment", 1)]));
    assert_eq!(unread(&ann).await, 1);
}

#[tokio::test]
async fn nothing_is_told_of_what_was_deleted_meanwhile() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let (post, gone) = (ann.posts("first light").await, ann.posts("a mistake").await);
    for event in ["comment-created", "reaction-added", "user-followed"] {
        hold(&kith, Method::PUT, event).await;
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
    for event in ["comment-created", "reaction-added", "user-followed"] {
        hold(&kith, Method::DELETE, event).await;
    }
    kith.settled().await;
    assert_eq!(ann.notifications().await, Vec::<Value>::new());
    assert_eq!(unread(&ann).await, 0);
}

#[tokio::test]
async fn an_entry_is_read_until_something_is_added_to_it() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    let post = ann.posts("first light").await;
    react(&bob, &post, "like").await;
    bob.comments(&post, "nice").await;
    kith.settled().await;
    let entries = ann.notifications().await;
    let [comment, reaction] = entries.as_slice() else {
        panic!("two entries: {entries:?}")
    };

    assert_eq!(mark(&ann, &[reaction]).await, json!({ "unreadCount": 1 }));
    assert_eq!(
        mark(&ann, &[reaction]).await,
        json!({ "unreadCount": 1 }),
        "again as the first time"
    );
    assert_eq!(
        mark(&bob, &[comment]).await,
        json!({ "unreadCount": 0 }),
        "somebody else's is ignored"
    );
    assert_eq!(unread(&ann).await, 1);
    let after = ann.notifications().await;
    assert_eq!(
        (&after[0]["read"], &after[1]["read"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(id(&after[1]), id(reaction), "reading moves nothing");

    react(&cid, &post, "love").await;
    kith.settled().await;
    assert_eq!(unread(&ann).await, 2);
    let after = ann.notifications().await;
    assert_eq!(
        (&after[0]["kind"], &after[0]["read"]),
        (&json!("reaction"), &json!(false))
    );
    assert_eq!(after[0]["actors"][0]["userId"], cid.user_id.as_str());
    assert_folded(&after);

    assert_eq!(
        ann.post_nothing("/api/notifications/mark-all-read")
            .await
            .expect(200),
        json!({ "unreadCount": 0 })
    );
    assert_eq!(
        ann.post_nothing("/api/notifications/mark-all-read")
            .await
            .expect(200),
        json!({ "unreadCount": 0 })
    );
    assert!(
        ann.notifications()
            .await
            .iter()
            .all(|entry| entry["read"] == true)
    );
    for ids in [json!([]), json!(vec![uuid::Uuid::new_v4().to_string(); 101])] {
        let body = json!({ "notificationIds": ids });
        ann.post("/api/notifications/mark-read", body)
            .await
            .problem(422, "invalid");
    }
    let body = json!({ "notificationIds": ["1"] });
    ann.post("/api/notifications/mark-read", body)
        .await
        .problem(400, "malformed_body");
}

#[tokio::test]
async fn looking_marks_as_read_only_when_asked_to() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    for text in ["one", "two", "three"] {
        let post = ann.posts(text).await;
        bob.comments(&post, "nice").await;
    }
    kith.settled().await;
    ann.get("/api/notifications").await.expect(200);
    assert_eq!(unread(&ann).await, 3);
    let page = ann
        .get("/api/notifications?limit=2&markRead=true")
        .await
        .expect(200);
    assert!(
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["read"] == false),
        "as they were"
    );
    assert_eq!(unread(&ann).await, 1);
    let read: Vec<Value> = ann
        .notifications()
        .await
        .iter()
        .map(|entry| entry["read"].clone())
        .collect();
    assert_eq!(read, [true, true, false]);
    ann.get("/api/notifications?markRead=yes")
        .await
        .problem(400, "malformed_query");
    ann.get("/api/notifications?unread=true")
        .await
        .problem(400, "malformed_query");
}

#[tokio::test]
async fn a_deleted_entry_stays_away_until_something_is_added_to_it() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    let post = ann.posts("first light").await;
    react(&bob, &post, "like").await;
    kith.settled().await;
    let entry = ann.notifications().await.remove(0);
    let path = format!("/api/notifications/{}", id(&entry));
    bob.delete(&path).await.problem(404, "not_found");
    ann.delete(&path).await.expect(204);
    ann.delete(&path).await.expect(204);
    assert_eq!((ann.notifications().await, unread(&ann).await), (Vec::new(), 0));
    ann.delete(&format!("/api/notifications/{}", uuid::Uuid::new_v4()))
        .await
        .problem(404, "not_found");

    react(&cid, &post, "like").await;
    kith.settled().await;
    assert_eq!((ann.notifications().await.len(), unread(&ann).await), (1, 1));
}

#[tokio::test]
async fn walking_the_inbox_shows_what_stayed_exactly_once() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    let mut posts = Vec::new();
    for n in 0..7 {
        let post = ann.posts(&format!("post {n}")).await;
        react(&bob, &post, "like").await;
        posts.push(post);
    }
    kith.settled().await;
    let before: Vec<String> = ann.notifications().await.iter().map(id).collect();
    assert_eq!(before.len(), 7);

    let mut walked = Vec::new();
    let mut path = "/api/notifications?limit=2".to_owned();
    loop {
        let page = ann.get(&path).await.expect(200);
        walked.extend(page["items"].as_array().unwrap().iter().map(id));
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        path = format!("/api/notifications?limit=2&cursor={cursor}");
        // the oldest moves to the front while the walk goes on
        react(&cid, &posts[0], "wow").await;
        kith.settled().await;
    }
    for entry in &before[..6] {
        assert_eq!(
            walked.iter().filter(|seen| *seen == entry).count(),
            1,
            "{walked:?}"
        );
    }
    let cursor = path.split("cursor=").nth(1).unwrap();
    let foreign = format!("/api/notifications?cursor={cursor}");
    bob.get(&foreign).await.problem(400, "invalid_cursor");
}

#[tokio::test]
async fn what_it_costs() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    for text in ["one", "two"] {
        let post = ann.posts(text).await;
        bob.comments(&post, "nice").await;
    }
    kith.settled().await;
    ann.get("/api/notifications").await.expect(200);
    let list = ann.get("/api/notifications").await;
    assert_eq!(
        (list.cost("reads"), list.cost("writes")),
        (2, 0),
        "{:?}",
        list.headers
    );
    unread(&ann).await;
    let count = ann.get("/api/notifications/unread-count").await;
    assert_eq!(
        (count.cost("reads"), count.cost("redis")),
        (0, 1),
        "{:?}",
        count.headers
    );
    let entries = ann.notifications().await;
    let ids: Vec<String> = entries.iter().map(id).collect();
    let marked = ann
        .post("/api/notifications/mark-read", json!({ "notificationIds": ids }))
        .await;
    // two entries, a count before and one after; the entries and the outbox written
    assert_eq!(
        (marked.cost("reads"), marked.cost("writes")),
        (4, 3),
        "{:?}",
        marked.headers
    );
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

#[tokio::test]
async fn reading_and_being_told_at_once_leave_the_right_number() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let mut posts = Vec::new();
    for n in 0..6 {
        posts.push(ann.posts(&format!("post {n}")).await);
    }
    let telling = futures::future::join_all(posts.iter().map(|post| react(&bob, post, "like")));
    let reading = async {
        for _ in 0..6 {
            ann.post_nothing("/api/notifications/mark-all-read")
                .await
                .expect(200);
        }
    };
    futures::join!(telling, reading);
    kith.settled().await;
    let entries = ann.notifications().await;
    assert_eq!(events(&entries), BTreeMap::from([("reaction", 6)]));
    let expected = entries.iter().filter(|entry| entry["read"] == false).count();
    assert_eq!(unread(&ann).await, expected as u64);
    assert_eq!(
        ann.post_nothing("/api/notifications/mark-all-read")
            .await
            .expect(200),
        json!({ "unreadCount": 0 })
    );
}
