//! Profiles and the follow graph.

use serde_json::{Value, json};
use testkit::{Kith, Person};

fn profile_of(person: &Person) -> String {
    format!("/api/profiles/{}", person.user_id)
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["userId"].as_str()).collect()
}

async fn counts(kith: &Kith, person: &Person) -> Value {
    let profile = kith.nobody().get(&profile_of(person)).await.expect(200);
    profile["counts"].clone()
}

#[tokio::test]
async fn a_profile_exists_as_soon_as_its_owners_token_does() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let own = ann.get("/api/profiles/me").await;
    assert_eq!(own.headers["etag"].matches('"').count(), 2);
    let own = own.expect(200);
    assert_eq!(
        (&own["userId"], &own["username"]),
        (&json!(ann.user_id), &json!("ann"))
    );
    assert!(own.get("viewer").is_none(), "nobody stands to themself");
    kith.settled().await;

    let seen = kith.nobody().get(&profile_of(&ann)).await.expect(200);
    assert_eq!(seen["displayName"], "ann");
    let none = json!({ "followers": 0, "following": 0, "posts": 0, "videos": 0 });
    assert_eq!(seen["counts"], none);
    for name in ["ann", "ANN", "Ann"] {
        let named = kith
            .nobody()
            .get(&format!("/api/profiles/by-username/{name}"))
            .await;
        assert_eq!(named.expect(200)["userId"], ann.user_id.as_str());
    }
    kith.nobody()
        .get("/api/profiles/by-username/nobody")
        .await
        .problem(404, "not_found");
    let nobody = format!("/api/profiles/{}", uuid::Uuid::new_v4());
    ann.get(&nobody).await.problem(404, "not_found");
    kith.nobody()
        .get("/api/profiles/me")
        .await
        .problem(401, "missing_token");
}

#[tokio::test]
async fn the_registration_completes_a_profile_that_a_token_made() {
    let kith = Kith::start().await;
    let hold = json!({ "project": kith.at.project, "subscription": "profiles-user-registered" });
    let hold_path = "/_emulator/pubsub/hold";
    kith.emulator(reqwest::Method::PUT, hold_path, Some(hold.clone()))
        .await
        .ok();
    let new = json!({ "email": "bea@example.com", "username": "bea", "password": testkit::PASSWORD, "displayName": "Bea B." });
    let tokens = kith.nobody().post("/api/auth/register", new).await.expect(201);
    let bea = kith.nobody().with_tokens(&tokens);
    kith.nobody()
        .get(&profile_of(&bea))
        .await
        .problem(404, "not_found");
    let early = bea.get("/api/profiles/me").await.expect(200);
    assert_eq!(early["displayName"], "bea");

    kith.emulator(reqwest::Method::DELETE, hold_path, Some(hold))
        .await
        .ok();
    kith.settled().await;
    let seen = kith.nobody().get(&profile_of(&bea)).await.expect(200);
    assert_eq!(seen["displayName"], "Bea B.");
    let since = |profile: &Value| profile["createdAt"].as_str().unwrap().to_owned();
    assert!(
        since(&seen) < since(&early),
        "the registration came first, whenever it was heard of"
    );
}

#[tokio::test]
async fn an_owner_writes_their_profile_and_nobody_else_does() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let path = profile_of(&ann);
    let edit = json!({ "displayName": "  Ann Lee ", "bio": "hello", "website": "https://ann.example", "location": "Lisbon" });
    let first = ann.get(&path).await.headers["etag"].clone();

    let put = ann
        .request(reqwest::Method::PUT, &path)
        .header("if-match", &first)
        .json(&edit);
    let written = ann.send(put).await;
    let second = written.headers["etag"].clone();
    assert_ne!(first, second);
    assert_eq!(written.expect(200)["displayName"], "Ann Lee");
    let seen = bob.get(&path).await;
    assert_eq!(seen.headers["etag"], second);
    let seen = seen.expect(200);
    assert_eq!(
        (&seen["bio"], &seen["location"]),
        (&json!("hello"), &json!("Lisbon"))
    );

    let stale = ann
        .request(reqwest::Method::PUT, &path)
        .header("if-match", &first)
        .json(&edit);
    ann.send(stale).await.problem(412, "stale");
    let same = ann.put(&path, edit.clone()).await;
    assert_eq!(same.headers["etag"], second, "the same again is no change");
    let less = ann.put(&path, json!({ "displayName": "Ann" })).await.expect(200);
    assert!(less.get("bio").is_none(), "what is left out is removed");

    bob.put(&path, edit.clone()).await.problem(403, "not_yours");
    kith.nobody().put(&path, edit).await.problem(401, "missing_token");
    let avatar = json!({ "displayName": "Ann", "avatarUrl": "https://ann.example/a.png" });
    ann.put(&path, avatar).await.problem(400, "malformed_body");
    let bad = json!({ "displayName": "", "website": "javascript:alert(1)" });
    let problem = ann.put(&path, bad).await.problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
    kith.settled().await;
    assert_eq!(kith.published("graph", "profile.updated").await.len(), 2);
}

#[tokio::test]
async fn a_new_name_is_seen_at_once_beside_what_one_wrote() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    let post = ann.posts("first light").await;
    assert_eq!(post["author"]["displayName"], "ann");
    ann.put(&profile_of(&ann), json!({ "displayName": "Ann Lee" }))
        .await
        .expect(200);
    let post = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    assert_eq!(
        ann.get(&post).await.expect(200)["author"]["displayName"],
        "Ann Lee"
    );
}

#[tokio::test]
async fn following_is_seen_at_once_and_counted_exactly() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let path = format!("{}/follow", profile_of(&ann));

    let answer = bob.post_nothing(&path).await.expect(200);
    assert_eq!(answer, json!({ "following": true, "followedBy": false }));
    assert_eq!(
        bob.post_nothing(&path).await.expect(200),
        answer,
        "again as the first time"
    );
    let seen = bob.get(&profile_of(&ann)).await.expect(200);
    assert_eq!(seen["viewer"], json!({ "following": true, "followedBy": false }));
    assert_eq!(seen["counts"]["followers"], 1, "whoever acts sees it at once");
    let seen = ann.get(&profile_of(&bob)).await.expect(200);
    assert_eq!(seen["viewer"], json!({ "following": false, "followedBy": true }));
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
    let bell = json!({ "notify": "all" });
    bob.post(&path, bell).await.problem(400, "malformed_body");
    let stranger = format!("/api/profiles/{}/follow", uuid::Uuid::new_v4());
    bob.post_nothing(&stranger).await.problem(404, "not_found");
    bob.delete(&stranger).await.problem(404, "not_found");
}

#[tokio::test]
async fn counts_are_exact_when_every_push_comes_twice_in_any_order() {
    let kith = Kith::start().await;
    let faults = json!({ "project": kith.at.project, "duplicate": 1, "shuffle": 7 });
    kith.emulator(reqwest::Method::PUT, "/_emulator/pubsub/faults", Some(faults))
        .await
        .ok();
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
        3,
        "the profile and the edges both ways"
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
    assert!(list.cost("reads") <= 3, "{:?}", list.headers);
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
