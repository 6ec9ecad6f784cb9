//! People are named in posts, and those who may see it hear of it.

use super::{edited, path, written};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Kith, Person};

/// Who was told that a post names them, as often as that was.
async fn told(kith: &Kith, post: &Value) -> Vec<String> {
    kith.settled().await;
    let subject = format!("post:{}", post["postId"].as_str().unwrap());
    let events = kith.published("posts", "user.mentioned").await;
    let mut told: Vec<String> = events
        .iter()
        .filter(|event| event["subject"] == subject.as_str())
        .map(|event| event["userId"].as_str().unwrap().to_owned())
        .collect();
    told.sort();
    told
}

fn sorted<const N: usize>(people: [&Person; N]) -> Vec<String> {
    let ids: BTreeSet<String> = people.iter().map(|person| person.user_id.clone()).collect();
    ids.into_iter().collect()
}

#[tokio::test]
async fn people_are_named_by_text_and_tag_and_told_once() {
    let kith = Kith::start().await;
    let [ann, bob, cat, dan] = kith.people(["ann", "bob", "cat", "dan"]).await;
    kith.settled().await;
    let body = json!({
        "text": "with @Bob, @ann, @nobody1 and bob@example.com", "taggedUserIds": [cat.user_id, bob.user_id],
    });
    let post = written(&ann, body).await;
    let mentions: Vec<(&str, Option<&str>, bool)> = post["mentions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| {
            (
                m["userId"].as_str().unwrap(),
                m["named"].as_str(),
                m["tagged"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        mentions,
        [
            (bob.user_id.as_str(), Some("bob"), true),
            (ann.user_id.as_str(), Some("ann"), false),
            (cat.user_id.as_str(), None, true),
        ]
    );
    assert_eq!(told(&kith, &post).await, sorted([&bob, &cat]), "not oneself");

    let body = json!({ "text": "with @bob and @dan", "taggedUserIds": [] });
    let changed = edited(&ann, &post, body).await;
    assert_eq!(changed["mentions"].as_array().unwrap().len(), 2);
    assert_eq!(
        told(&kith, &post).await,
        sorted([&bob, &cat, &dan]),
        "who was named before is not told again"
    );
}

#[tokio::test]
async fn only_who_may_see_a_post_hears_of_it() {
    let kith = Kith::start().await;
    let [ann, bob, cat] = kith.people(["ann", "bob", "cat"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let body = json!({ "text": "@bob @cat psst", "visibility": "private" });
    let post = written(&ann, body).await;
    assert_eq!(post["mentions"].as_array().unwrap().len(), 2);
    assert_eq!(told(&kith, &post).await, Vec::<String>::new());
    edited(&ann, &post, json!({ "visibility": "followers" })).await;
    assert_eq!(told(&kith, &post).await, sorted([&bob]));
    edited(&ann, &post, json!({ "visibility": "public" })).await;
    assert_eq!(told(&kith, &post).await, sorted([&bob, &cat]));
    bob.get(&path(&post)).await.expect(200);
    let inbox = bob.notifications().await;
    assert_eq!(inbox.len(), 1, "told once");
    assert_eq!(
        (&inbox[0]["kind"], &inbox[0]["actors"][0]["username"]),
        (&json!("mention"), &json!("ann"))
    );
    assert_eq!(
        inbox[0]["target"],
        format!("post:{}", post["postId"].as_str().unwrap())
    );
}

#[tokio::test]
async fn who_blocks_or_is_blocked_is_not_named() {
    let kith = Kith::start().await;
    let [ann, bob, cat] = kith.people(["ann", "bob", "cat"]).await;
    kith.settled().await;
    let block = |who: &Person, whom: &Person| {
        let (who, path) = (who.clone(), format!("/api/profiles/{}/block", whom.user_id));
        async move { who.post_nothing(&path).await.ok() }
    };
    block(&bob, &ann).await;
    block(&ann, &cat).await;
    let post = written(&ann, json!({ "text": "@bob @cat hello" })).await;
    assert_eq!(post["mentions"], json!([]));
    assert_eq!(told(&kith, &post).await, Vec::<String>::new());
    for blocked in [&bob, &cat] {
        let body = json!({ "text": "x", "taggedUserIds": [blocked.user_id] });
        let problem = ann.post("/api/posts", body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], "unknown_user");
    }
}
