//! Posts: who may see them, what they may say, how they go.

use super::{path, post_with};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use testkit::{Kith, Person};

#[tokio::test]
async fn a_post_is_made_and_everybody_reads_it() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    kith.settled().await;
    let made = ann.post("/api/posts", json!({ "text": "  first light " })).await;
    assert_eq!(made.headers["etag"], "\"1\"");
    assert!(made.cost("reads") <= 1, "the profile, when it is not kept");
    assert_eq!(made.cost("writes"), 2, "the post and the outbox");
    assert_eq!(made.cost("published"), 1);
    let location = made.headers["location"].clone();
    let post = made.expect(201);
    assert_eq!(location, path(&post));
    assert_eq!(
        (&post["text"], &post["visibility"]),
        (&json!("first light"), &json!("public"))
    );
    assert_eq!(post["author"]["username"], "ann");
    assert_eq!(post["viewer"], json!({ "reaction": null, "bookmarked": false }));

    let read = ann.get(&location).await;
    assert_eq!(read.headers["etag"], "\"1\"");
    assert_eq!(read.expect(200), post);
    let seen = kith.nobody().get(&location).await;
    assert_eq!(seen.cost("reads"), 1, "the rest is kept in Redis by now");
    let seen = seen.expect(200);
    assert_eq!((&seen["text"], seen.get("viewer")), (&post["text"], None));
    kith.settled().await;
    let told = kith.published("posts", "post.created").await;
    let event = json!({
        "postId": post["postId"], "authorId": ann.user_id, "visibility": "public", "tags": [], "mediaIds": [],
        "createdAt": post["createdAt"],
    });
    assert_eq!(told, [event]);
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_and_what_is_not_built_is_unknown() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    for text in ["", "   ", "a\u{7}b", &"é".repeat(5001)] {
        let problem = ann
            .post("/api/posts", json!({ "text": text }))
            .await
            .problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/text");
    }
    ann.post("/api/posts", json!({ "text": "é".repeat(5000) }))
        .await
        .expect(201);
    for (body, pointer) in [
        (json!({ "text": "x", "media": [{}] }), "/media/0/mediaId"),
        (json!({ "text": "x", "tags": [] }), "/tags"),
        (json!({ "text": "x", "replyPolicy": "nobody" }), "/replyPolicy"),
        (json!({ "text": "x", "visibility": "friends" }), "/visibility"),
        (json!({ "text": 1 }), "/text"),
    ] {
        let problem = ann.post("/api/posts", body).await.problem(400, "malformed_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    ann.post("/api/posts", json!({})).await.problem(422, "invalid");
    ann.get("/api/posts/no-id").await.problem(404, "not_found");
    kith.nobody()
        .post("/api/posts", json!({ "text": "x" }))
        .await
        .problem(401, "missing_token");
}

#[tokio::test]
async fn who_may_not_see_a_post_cannot_tell_that_it_is_there() {
    let kith = Kith::start().await;
    let [ann, bob, eve] = kith.people(["ann", "bob", "eve"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let nobody = kith.nobody();
    for (visibility, allowed) in [
        ("public", [true, true, true, true]),
        ("followers", [false, false, true, true]),
        ("private", [false, false, false, true]),
    ] {
        let body = json!({ "text": "x", "visibility": visibility });
        let post = ann.post("/api/posts", body).await.expect(201);
        let comment = ann.comments(&post, "mine").await;
        let comment_path = format!("/api/comments/{}", comment["commentId"].as_str().unwrap());
        for (person, allowed) in [&nobody, &eve, &bob, &ann].into_iter().zip(allowed) {
            let status = if allowed { 200 } else { 404 };
            for list in ["", "/comments", "/reactions"] {
                let answer = person.get(&format!("{}{list}", path(&post))).await;
                assert_eq!(answer.status, status, "{visibility} {list} {}", person.username);
            }
            for list in ["", "/replies", "/reactions"] {
                let answer = person.get(&format!("{comment_path}{list}")).await;
                assert_eq!(
                    answer.status, status,
                    "{visibility} comment {list} {}",
                    person.username
                );
            }
            if person.token.is_some() && !allowed {
                let reactions = format!("{}/reactions", path(&post));
                person
                    .post(&reactions, json!({ "type": "like" }))
                    .await
                    .problem(404, "not_found");
                person.delete(&reactions).await.problem(404, "not_found");
                person
                    .post(&format!("{}/comments", path(&post)), json!({ "text": "x" }))
                    .await
                    .problem(404, "not_found");
                person.delete(&path(&post)).await.problem(404, "not_found");
                person.delete(&comment_path).await.problem(404, "not_found");
            }
        }
    }
    let seen = |person: &Person| {
        let (person, path) = (
            person.clone(),
            format!("/api/users/{}/posts?limit=1", ann.user_id),
        );
        async move { person.all(&path).await.len() }
    };
    assert_eq!(
        (
            seen(&nobody).await,
            seen(&eve).await,
            seen(&bob).await,
            seen(&ann).await
        ),
        (1, 1, 2, 3)
    );
    let unknown = "/api/users/7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a/posts";
    ann.get(unknown).await.problem(404, "not_found");
    assert!(
        bob.all(&format!("/api/users/{}/posts", eve.user_id))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_deleted_post_takes_everything_under_it_along() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("soon gone").await;
    let comment = bob.comments(&post, "why?").await;
    let comment = format!("/api/comments/{}", comment["commentId"].as_str().unwrap());
    bob.delete(&path(&post)).await.problem(403, "not_the_author");
    let stale = ann
        .request(Method::DELETE, &path(&post))
        .header("if-match", "\"7\"");
    ann.send(stale).await.problem(412, "stale");
    let meant = ann
        .request(Method::DELETE, &path(&post))
        .header("if-match", "\"1\"");
    let gone = ann.send(meant).await;
    assert_eq!(
        (gone.cost("reads"), gone.cost("writes"), gone.cost("deletes")),
        (1, 2, 2),
        "the post, that it was there, the outbox"
    );
    gone.expect(204);
    ann.delete(&path(&post)).await.expect(204);
    bob.delete(&path(&post)).await.problem(404, "not_found");
    for gone in [
        path(&post),
        format!("{}/comments", path(&post)),
        format!("{}/reactions", path(&post)),
        comment.clone(),
        format!("{comment}/replies"),
    ] {
        ann.get(&gone).await.problem(404, "not_found");
    }
    bob.delete(&comment).await.problem(404, "not_found");
    bob.post(&format!("{}/comments", path(&post)), json!({ "text": "still?" }))
        .await
        .problem(404, "not_found");
    assert!(ann.all("/api/feed?scope=global").await.is_empty());
    kith.settled().await;
    assert_eq!(kith.published("posts", "post.deleted").await.len(), 1);
}

#[tokio::test]
async fn deleting_from_many_devices_at_once_happens_once() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("x").await;
    let target = path(&post);
    for answer in join_all((0..6).map(|_| ann.delete(&target))).await {
        answer.expect(204);
    }
    kith.settled().await;
    assert_eq!(kith.published("posts", "post.deleted").await.len(), 1);
}

#[tokio::test]
async fn the_same_key_posts_once() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let first = post_with(&ann, json!({ "text": "once" }), "k").await;
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let again = post_with(&ann, json!({ "text": "once", }), "k").await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.headers["location"], first.headers["location"]);
    assert_eq!(again.expect(201), first.expect(201));
    post_with(&ann, json!({ "text": "twice" }), "k")
        .await
        .problem(422, "idempotency_key_reused");
    post_with(&bob, json!({ "text": "twice" }), "k").await.expect(201);

    let tries = (0..8).map(|_| post_with(&ann, json!({ "text": "at once" }), "k2"));
    let mut made = Vec::new();
    for answer in join_all(tries).await {
        match answer.status {
            201 => made.push(answer.body["postId"].clone()),
            _ => {
                answer.problem(409, "idempotency_key_in_use");
            }
        }
    }
    assert!(
        !made.is_empty() && made.iter().all(|id| *id == made[0]),
        "{made:?}"
    );
    assert_eq!(
        ann.all(&format!("/api/users/{}/posts", ann.user_id)).await.len(),
        2
    );
}
