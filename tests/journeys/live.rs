//! What is told of posts is what REST shows, and only to those who may see it. (Hubs themselves: `realtime`.)

use serde_json::{Value, json};
use testkit::Kith;

#[tokio::test]
async fn replies_and_reactions_to_comments_are_told_to_who_looks_at_the_post() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    let post_path = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let comment = bob.comments(&post, "nice").await;
    let mut feed = ann.hub("feed").await;
    feed.invoke("JoinPostGroup", json!([post["postId"]]))
        .await
        .unwrap();

    let reply = json!({ "text": "very", "parentCommentId": comment["commentId"] });
    let reply = bob
        .post(&format!("{post_path}/comments"), reply)
        .await
        .expect(201);
    let added = feed.next("CommentAdded").await;
    for field in [
        "commentId",
        "subject",
        "parentCommentId",
        "author",
        "text",
        "createdAt",
    ] {
        assert_eq!(added[field], reply[field], "{field}");
    }
    assert_eq!(
        added.get("viewer"),
        None,
        "what one sees of oneself is told to nobody else"
    );
    assert_eq!(added["postCounters"]["comments"], 2);
    // the reply is counted, and with it what is told of the comment below
    kith.settled().await;

    let comment_path = format!("/api/comments/{}", comment["commentId"].as_str().unwrap());
    let reactions = format!("{comment_path}/reactions");
    for count in [1, 0] {
        if count == 1 {
            ann.post(&reactions, json!({ "type": "haha" })).await.expect(201);
        } else {
            ann.delete(&reactions).await.expect(204);
        }
        let updated = feed.next("ReactionUpdated").await;
        assert_eq!(
            (&updated["postId"], &updated["commentId"]),
            (&post["postId"], &comment["commentId"])
        );
        assert_eq!(updated["counters"]["reactions"]["haha"], count);
    }
    kith.settled().await;
    assert_eq!(ann.get(&comment_path).await.expect(200)["counters"]["replies"], 1);
}

#[tokio::test]
async fn followers_hear_of_new_posts_that_they_may_see() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let mut feed = bob.hub("feed").await;
    assert_eq!(feed.invoke("Heartbeat", json!([])).await, Ok(Value::Null));
    let mut expected = Vec::new();
    for visibility in ["public", "private", "followers"] {
        let body = json!({ "text": "x", "visibility": visibility });
        let post = ann.post("/api/posts", body).await.expect(201);
        if visibility != "private" {
            expected.push(post);
        }
    }
    for post in expected {
        let told = feed.next("NewPostAvailable").await;
        let told_of = ["postId", "author", "createdAt"];
        assert_eq!(
            told_of.map(|field| &told[field]),
            told_of.map(|field| &post[field])
        );
        let path = format!("/api/posts/{}", post["postId"].as_str().unwrap());
        bob.get(&path).await.expect(200);
    }
}
