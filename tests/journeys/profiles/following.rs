//! Who follows whom, counted and listed.

use super::{counts, ids, profile_of, view};
use serde_json::{Value, json};
use testkit::Kith;

#[tokio::test]
async fn following_is_seen_at_once_and_counted_exactly() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let path = format!("{}/follow", profile_of(&ann));

    let answer = bob.post_nothing(&path).await.expect(200);
    assert_eq!(answer, view(&["following"]));
    assert_eq!(
        bob.post_nothing(&path).await.expect(200),
        answer,
        "again as the first time"
    );
    let seen = bob.get(&profile_of(&ann)).await.expect(200);
    assert_eq!(seen["viewer"], view(&["following"]));
    assert_eq!(seen["counts"]["followers"], 1, "whoever acts sees it at once");
    let seen = ann.get(&profile_of(&bob)).await.expect(200);
    assert_eq!(seen["viewer"], view(&["followedBy"]));
    kith.settled().await;
    assert_eq!(kith.published("graph", "user.followed").await.len(), 1);
    assert_eq!(counts(&kith, &ann).await["followers"], 1);
    assert_eq!(counts(&kith, &bob).await["following"], 1);

    bob.delete(&path).await.expect(204);
    bob.delete(&path).await.expect(204);
    assert_eq!(counts(&kith, &ann).await["followers"], 0);
    kith.settled().await;
    assert_eq!(kith.published("graph", "user.unfollowed").await.len(), 1);
    assert_eq!(counts(&kith, &ann).await["followers"], 0);
    bob.post_nothing(&path).await.expect(200);
    kith.settled().await;
    assert_eq!(counts(&kith, &ann).await["followers"], 1, "the edge is revived");

    ann.post_nothing(&path).await.problem(422, "cannot_follow_self");
    ann.delete(&path).await.problem(422, "cannot_follow_self");
    kith.nobody()
        .post_nothing(&path)
        .await
        .problem(401, "missing_token");
    bob.post(&path, json!({ "notify": "loud" }))
        .await
        .problem(400, "malformed_body");
    bob.post(&path, json!({ "bell": "all" }))
        .await
        .problem(400, "malformed_body");
    let stranger = format!("/api/profiles/{}/follow", uuid::Uuid::new_v4());
    bob.post_nothing(&stranger).await.problem(404, "not_found");
    bob.delete(&stranger).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_bell_is_kept_with_the_follow() {
    let kith = Kith::start().await;
    let (ann, bob) = (kith.minted("ann", &[]), kith.minted("bob", &[]));
    ann.get("/api/profiles/me").await.expect(200);
    let path = format!("{}/follow", profile_of(&ann));
    let rung = async |body: Value| bob.post(&path, body).await.expect(200)["notify"].clone();
    assert_eq!(rung(json!({ "notify": "all" })).await, "all");
    assert_eq!(rung(json!({})).await, "all", "as it was");
    let seen = bob.get(&profile_of(&ann)).await.expect(200);
    assert_eq!(seen["viewer"]["notify"], "all");
    assert_eq!(rung(json!({ "notify": "none" })).await, "none");
    bob.post(&path, json!({ "notify": "all" })).await.expect(200);
    bob.delete(&path).await.expect(204);
    let again = bob.post_nothing(&path).await.expect(200);
    assert_eq!(again["notify"], "none", "a new follow begins without");
    kith.settled().await;
    assert_eq!(kith.published("graph", "user.followed").await.len(), 2);
}

#[tokio::test]
async fn counts_are_exact_when_every_push_comes_twice_in_any_order() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    kith.shuffle(1, 7).await;
    let people = kith.people(["ann", "bob", "cid", "dan", "eve"]).await;
    let [ann, others @ ..] = &people;
    for other in others {
        other.follows(ann).await;
        ann.follows(other).await;
    }
    others[0]
        .delete(&format!("{}/follow", profile_of(ann)))
        .await
        .expect(204);
    let post = ann.posts("one").await;
    ann.posts("two").await;
    ann.delete(&format!("/api/posts/{}", post["postId"].as_str().unwrap()))
        .await
        .ok();
    kith.settled().await;
    let expected = json!({ "followers": 3, "following": 4, "posts": 1, "videos": 0 });
    assert_eq!(counts(&kith, ann).await, expected);
    assert_eq!(counts(&kith, &others[0]).await["following"], 0);
}

#[tokio::test]
async fn the_lists_are_newest_first_and_walked_exactly_once() {
    let kith = Kith::start().await;
    let [ann, bob, cid, dan, eve] = kith.people(["ann", "bob", "cid", "dan", "eve"]).await;
    kith.settled().await;
    for follower in [&bob, &cid, &dan] {
        follower.follows(&ann).await;
    }
    let path = format!("{}/followers", profile_of(&ann));
    let followers = kith.nobody().all(&format!("{path}?limit=1")).await;
    assert_eq!(ids(&followers), [&dan.user_id, &cid.user_id, &bob.user_id]);
    assert_eq!(
        followers[0],
        json!({ "userId": dan.user_id, "username": "dan", "displayName": "dan" })
    );

    let first = kith.nobody().get(&format!("{path}?limit=1")).await.expect(200);
    eve.follows(&ann).await;
    dan.delete(&format!("{}/follow", profile_of(&ann)))
        .await
        .expect(204);
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = kith
        .nobody()
        .get(&format!("{path}?cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(
        ids(rest["items"].as_array().unwrap()),
        [&cid.user_id, &bob.user_id]
    );
    assert_eq!(rest["nextCursor"], Value::Null);

    let following = kith
        .nobody()
        .all(&format!("{}/following", profile_of(&bob)))
        .await;
    assert_eq!(ids(&following), [&ann.user_id]);
    let foreign = format!("{}/followers?cursor={cursor}", profile_of(&bob));
    kith.nobody().get(&foreign).await.problem(400, "invalid_cursor");
    kith.nobody()
        .get(&format!("{path}?limit=0"))
        .await
        .problem(400, "malformed_query");
    let stranger = format!("/api/profiles/{}/followers", uuid::Uuid::new_v4());
    kith.nobody().get(&stranger).await.problem(404, "not_found");
}

#[tokio::test]
async fn many_wishes_at_once_are_one_edge() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let path = format!("{}/follow", profile_of(&ann));
    let wishes = (0..8).map(|_| bob.post_nothing(&path));
    for answer in futures::future::join_all(wishes).await {
        answer.expect(200);
    }
    kith.settled().await;
    assert_eq!(kith.published("graph", "user.followed").await.len(), 1);
    assert_eq!(counts(&kith, &ann).await["followers"], 1);
    let wishes = (0..8).map(|_| bob.delete(&path));
    for answer in futures::future::join_all(wishes).await {
        answer.expect(204);
    }
    kith.settled().await;
    assert_eq!(kith.published("graph", "user.unfollowed").await.len(), 1);
    assert_eq!(counts(&kith, &ann).await["followers"], 0);
}

#[tokio::test]
async fn what_it_costs() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let path = profile_of(&ann);
    ann.get(&path).await.expect(200);
    let own = ann.get(&path).await;
    assert_eq!(
        (own.cost("reads"), own.cost("writes")),
        (1, 0),
        "{:?}",
        own.headers
    );
    assert_eq!(
        bob.get(&path).await.cost("reads"),
        4,
        "the profile, what is kept of it, and the edges both ways"
    );
    assert_eq!(
        bob.get(&path).await.cost("reads"),
        1,
        "the rest is kept in Redis by now"
    );
    let follow = bob.post_nothing(&format!("{path}/follow")).await;
    // two profiles and two edges read, of which the nudge needs no more than the numbers that were never looked at; edge and outbox written
    assert!(follow.cost("reads") <= 5, "{:?}", follow.headers);
    assert_eq!(
        (
            follow.cost("writes"),
            follow.cost("deletes"),
            follow.cost("published")
        ),
        (2, 1, 1)
    );
    let again = bob.post_nothing(&format!("{path}/follow")).await;
    assert_eq!((again.cost("reads"), again.cost("writes")), (4, 0));
    let list = bob.get(&format!("{path}/followers")).await;
    assert!(list.cost("reads") <= 5, "{:?}", list.headers);
}
