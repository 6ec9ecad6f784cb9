//! What an owner does with entries.

use super::{assert_folded, events, id, mark, react, unread};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::Kith;

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

#[tokio::test]
async fn what_a_block_hides_does_not_count_until_it_is_taken_back() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    // every event of the block comes twice, in any order
    kith.shuffle(1, testkit::seed()).await;
    let (one, two) = (ann.posts("one").await, ann.posts("two").await);
    react(&bob, &one, "like").await;
    react(&cid, &two, "like").await;
    bob.comments(&one, "nice").await;
    let own = bob.posts("bob's").await;
    react(&ann, &own, "wow").await;
    kith.settled().await;
    assert_eq!((unread(&ann).await, unread(&bob).await), (3, 1));
    let inbox = ann.notifications().await;
    let of_one = inbox.iter().find(|entry| entry["kind"] == "comment").unwrap();
    mark(&ann, &[of_one]).await;
    let mut hub = ann.hub("notifications").await;
    assert_eq!(hub.invoke("Heartbeat", json!([])).await, Ok(Value::Null));

    let block = format!("/api/profiles/{}/block", bob.user_id);
    ann.post_nothing(&block).await.expect(200);
    assert_eq!(hub.next("UnreadCountChanged").await, json!({ "unreadCount": 1 }));
    kith.settled().await;
    assert_eq!((unread(&ann).await, unread(&bob).await), (1, 0));
    let shown = ann.notifications().await;
    assert_eq!(shown.len(), 1, "cid's and no other: {shown:?}");
    assert_eq!(shown[0]["actors"][0]["userId"], cid.user_id.as_str());
    // what is read meanwhile is what is shown
    ann.post_nothing("/api/notifications/mark-all-read")
        .await
        .expect(200);
    kith.flush_redis().await;
    assert_eq!(unread(&ann).await, 0);

    ann.delete(&block).await.expect(204);
    kith.settled().await;
    assert_eq!(
        (unread(&ann).await, unread(&bob).await),
        (1, 1),
        "what nobody had read"
    );
    assert_eq!(ann.notifications().await.len(), 3);
}
