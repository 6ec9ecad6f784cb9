//! A profile and its owner.

use super::profile_of;
use serde_json::{Value, json};
use testkit::Kith;

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
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    kith.hold("profiles-user-registered").await;
    let new = json!({ "email": "bea@example.com", "username": "bea", "password": testkit::PASSWORD, "displayName": "Bea B." });
    let tokens = kith.nobody().post("/api/auth/register", new).await.expect(201);
    let bea = kith.nobody().with_tokens(&tokens);
    kith.nobody()
        .get(&profile_of(&bea))
        .await
        .problem(404, "not_found");
    let early = bea.get("/api/profiles/me").await.expect(200);
    assert_eq!(early["displayName"], "bea");

    kith.release("profiles-user-registered").await;
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
