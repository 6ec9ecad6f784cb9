//! Reposts and quotes.

use super::{edited, id, ids, path, shared, written};
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{Kith, Person};

async fn shares(person: &Person, post: &Value) -> Value {
    person.get(&path(post)).await.expect(200)["counters"]["shares"].clone()
}

async fn until_shares(kith: &Kith, person: &Person, post: &Value, count: u64) {
    kith.settled().await;
    kith.until("the shares are counted", async || {
        shares(person, post).await == count
    })
    .await;
}

#[tokio::test]
async fn a_post_is_reposted_once_and_quoted_often() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let post = written(&ann, json!({ "text": "worth it" })).await;
    let target = format!("{}/share", path(&post));
    let first = bob.post(&target, json!({})).await;
    assert_eq!(
        (first.cost("writes"), first.cost("published")),
        (3, 2),
        "the repost, that it is one, the outbox"
    );
    let repost = first.expect(201);
    assert_eq!(
        (&repost["text"], &repost["sharedPost"]["status"]),
        (&json!(""), &json!("shown"))
    );
    assert_eq!(repost["sharedPost"]["post"]["postId"], post["postId"]);
    assert_eq!(shares(&ann, &post).await, 1, "at once");
    let again = bob.post(&target, json!({ "text": "  " })).await.expect(201);
    assert_eq!(again["postId"], repost["postId"]);
    for answer in join_all((0..4).map(|_| bob.post(&target, json!({})))).await {
        assert_eq!(answer.expect(201)["postId"], repost["postId"]);
    }
    until_shares(&kith, &ann, &post, 1).await;
    // to share a repost is to share what it shares
    let of_repost = shared(&ann, &repost, None).await;
    assert_eq!(of_repost["sharedPost"]["post"]["postId"], post["postId"]);
    let quote = shared(&bob, &post, Some("look, @ann #wow")).await;
    let other = shared(&bob, &post, Some("look again")).await;
    assert_ne!(quote["postId"], other["postId"]);
    assert_eq!(quote["tags"], json!(["wow"]));
    until_shares(&kith, &ann, &post, 4).await;
    let told = kith.published("posts", "post.shared").await;
    assert_eq!(told.iter().filter(|event| event["quote"] == true).count(), 2);
    assert_eq!(told.len(), 4);
    let inbox = ann.notifications().await;
    let shares: Vec<&Value> = inbox.iter().filter(|entry| entry["kind"] == "share").collect();
    let folded: u64 = shares.iter().map(|entry| entry["count"].as_u64().unwrap()).sum();
    assert_eq!(folded, 3, "a repost and two quotes, not one's own");

    // a quote of a quote shows one of them
    let nested = shared(&ann, &quote, Some("thanks")).await;
    let inner = &nested["sharedPost"]["post"];
    assert_eq!(
        (id(inner), &inner["sharedPost"]),
        (id(&quote), &json!({ "status": "folded" }))
    );
    ann.put(&path(&of_repost), json!({ "text": "x" }))
        .await
        .problem(422, "a_repost");
    bob.put(&path(&quote), json!({ "text": "" }))
        .await
        .problem(422, "invalid");
}

#[tokio::test]
async fn deleting_a_share_takes_it_back() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = written(&ann, json!({ "text": "x" })).await;
    let repost = shared(&bob, &post, None).await;
    let quote = shared(&bob, &post, Some("y")).await;
    until_shares(&kith, &ann, &post, 2).await;
    bob.delete(&path(&repost)).await.expect(204);
    bob.delete(&path(&repost)).await.expect(204);
    until_shares(&kith, &ann, &post, 1).await;
    let anew = shared(&bob, &post, None).await;
    assert_ne!(anew["postId"], repost["postId"]);
    until_shares(&kith, &ann, &post, 2).await;
    // what nobody else may see does not count
    edited(&bob, &quote, json!({ "visibility": "private" })).await;
    until_shares(&kith, &ann, &post, 1).await;
    edited(&bob, &quote, json!({ "visibility": "followers" })).await;
    until_shares(&kith, &ann, &post, 2).await;
}

#[tokio::test]
async fn what_is_shared_is_shown_to_whom_may_see_it() {
    let kith = Kith::start().await;
    let [ann, bob, cat, eve] = kith.people(["ann", "bob", "cat", "eve"]).await;
    kith.settled().await;
    for visibility in ["followers", "private"] {
        let post = written(&ann, json!({ "text": "x", "visibility": visibility })).await;
        let target = format!("{}/share", path(&post));
        ann.post(&target, json!({})).await.problem(422, "not_public");
        bob.post(&target, json!({})).await.problem(404, "not_found");
    }
    let post = written(&ann, json!({ "text": "secret soon" })).await;
    let quote = shared(&bob, &post, Some("look")).await;
    let status = |person: &Person| {
        let (person, target) = (person.clone(), path(&quote));
        async move { person.get(&target).await.expect(200)["sharedPost"].clone() }
    };
    assert_eq!(status(&eve).await["post"]["text"], "secret soon");
    eve.post_nothing(&format!("/api/profiles/{}/block", ann.user_id))
        .await
        .ok();
    assert_eq!(status(&eve).await, json!({ "status": "unavailable" }));
    cat.follows(&ann).await;
    edited(&ann, &post, json!({ "visibility": "followers" })).await;
    assert_eq!(status(&bob).await, json!({ "status": "unavailable" }));
    assert_eq!(status(&kith.nobody()).await, json!({ "status": "unavailable" }));
    assert_eq!(status(&cat).await["status"], "shown");
    assert_eq!(
        ids(&bob.all(&format!("/api/users/{}/posts", bob.user_id)).await),
        [id(&quote)]
    );
    ann.delete(&path(&post)).await.expect(204);
    for person in [&ann, &bob, &cat] {
        assert_eq!(
            status(person).await,
            json!({ "status": "unavailable" }),
            "{}",
            person.username
        );
    }
}
