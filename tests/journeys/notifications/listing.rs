//! Walking an inbox, and what it costs.

use super::{id, react, unread};
use serde_json::json;
use testkit::Kith;

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
