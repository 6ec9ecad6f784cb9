//! The inbox.

mod bells;
mod delivery;
mod listing;
mod reading;

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::Person;

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
            entry["kind"].to_string(),
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
