//! Comments and replies.

mod best;
mod blocks;
mod edits;
mod mentions;
pub(crate) mod videos;

use futures::future::join;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, Person};

fn path(comment: &Value) -> String {
    format!("/api/comments/{}", comment["commentId"].as_str().unwrap())
}

fn under(post: &Value) -> String {
    format!("/api/posts/{}/comments", post["postId"].as_str().unwrap())
}

async fn reply(person: &Person, post: &Value, parent: &Value, text: &str) -> Value {
    let body = json!({ "text": text, "parentCommentId": parent["commentId"] });
    person.post(&under(post), body).await.expect(201)
}

fn texts(comments: &[Value]) -> Vec<&str> {
    comments
        .iter()
        .map(|comment| comment["text"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_conversation_nests_and_is_counted() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let post = ann.posts("first light").await;
    let made = bob.post(&under(&post), json!({ "text": " nice " })).await;
    assert!(
        made.cost("reads") <= 6,
        "the post, and numbers, profiles, the edge and who is blocked that are not kept"
    );
    assert_eq!(made.cost("writes"), 2, "the comment and the outbox");
    let location = made.headers["location"].clone();
    assert_eq!(made.headers["etag"], "\"1\"");
    let top = made.expect(201);
    assert_eq!(location, path(&top));
    assert_eq!(
        (&top["text"], &top["author"]["username"]),
        (&json!("nice"), &json!("bob"))
    );
    assert_eq!(
        top["subject"],
        format!("post:{}", post["postId"].as_str().unwrap())
    );
    let now = ann
        .get(&format!("/api/posts/{}", post["postId"].as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(now["counters"]["comments"], 1, "whoever comments sees it at once");

    let second = ann.comments(&post, "thanks").await;
    let first_reply = reply(&ann, &post, &top, "you think?").await;
    let deeper = reply(&bob, &post, &first_reply, "I do").await;
    reply(&ann, &post, &top, "really?").await;
    assert_eq!(first_reply["parentCommentId"], top["commentId"]);

    kith.settled().await;
    let shown = ann.get(&path(&top)).await;
    assert!(shown.cost("reads") <= 4, "comment, post, reaction, numbers");
    assert_eq!(shown.expect(200)["counters"]["replies"], 2);
    let parent = ann.get(&path(&first_reply)).await.expect(200);
    assert_eq!(parent["counters"]["replies"], 1);
    let now = kith
        .nobody()
        .get(&format!("/api/posts/{}", post["postId"].as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(now["counters"]["comments"], 5);

    let list = under(&post);
    assert_eq!(
        texts(&bob.all(&format!("{list}?limit=1")).await),
        ["thanks", "nice"]
    );
    assert_eq!(
        texts(&bob.all(&format!("{list}?limit=1&sort=oldest")).await),
        ["nice", "thanks"]
    );
    let replies = kith
        .nobody()
        .all(&format!("{}/replies?limit=1", path(&top)))
        .await;
    assert_eq!(texts(&replies), ["you think?", "really?"]);
    let deepest = ann.all(&format!("{}/replies", path(&first_reply))).await;
    assert_eq!(deepest[0]["commentId"], deeper["commentId"]);
    assert!(ann.all(&format!("{}/replies", path(&second))).await.is_empty());
    ann.get(&format!("{list}?sort=worst"))
        .await
        .problem(400, "malformed_query");
    let page = ann.get(&format!("{list}?limit=1")).await.expect(200);
    let cursor = page["nextCursor"].as_str().unwrap();
    ann.get(&format!("{list}?sort=oldest&cursor={cursor}"))
        .await
        .problem(400, "invalid_cursor");

    let told = kith.published("posts", "comment.created").await;
    assert_eq!(told.len(), 5);
    let of_reply = told
        .iter()
        .find(|event| event["commentId"] == first_reply["commentId"])
        .unwrap();
    assert_eq!(
        (&of_reply["parentAuthorId"], &of_reply["subjectOwnerId"]),
        (&json!(bob.user_id), &json!(ann.user_id))
    );
}

#[tokio::test]
async fn a_deleted_comment_stays_as_a_tombstone_while_it_has_replies() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("x").await;
    let list = under(&post);
    let top = bob.comments(&post, "a secret").await;
    let middle = reply(&ann, &post, &top, "what?").await;
    let leaf = reply(&bob, &post, &middle, "nothing").await;
    let cas = kith.minted("cas", &["user"]);
    cas.delete(&path(&top)).await.problem(403, "not_the_author");
    let stale = bob
        .request(Method::DELETE, &path(&top))
        .header("if-match", "\"9\"");
    bob.send(stale).await.problem(412, "stale");
    let gone = bob.delete(&path(&top)).await;
    assert!(
        gone.cost("reads") <= 8,
        "comment, post, how they stand, a reply, numbers"
    );
    gone.expect(204);
    bob.delete(&path(&top)).await.expect(204);
    cas.delete(&path(&top)).await.problem(403, "not_the_author");

    let tombstone = ann.get(&path(&top)).await;
    assert_eq!(tombstone.headers["etag"], "\"2\"");
    let tombstone = tombstone.expect(200);
    assert_eq!(
        (&tombstone["deleted"], &tombstone["text"], tombstone.get("author")),
        (&json!(true), &json!(""), None)
    );
    assert_eq!(ann.all(&list).await.len(), 1);
    ann.post(&list, json!({ "text": "x", "parentCommentId": top["commentId"] }))
        .await
        .problem(422, "invalid");
    let react = format!("{}/reactions", path(&top));
    ann.post(&react, json!({ "type": "like" }))
        .await
        .problem(404, "not_found");

    ann.delete(&path(&middle)).await.expect(204);
    kith.settled().await;
    assert_eq!(
        ann.all(&format!("{}/replies", path(&top))).await.len(),
        1,
        "a tombstone under a tombstone"
    );
    bob.delete(&path(&leaf)).await.expect(204);
    kith.settled().await;
    for gone in [&top, &middle, &leaf] {
        ann.get(&path(gone)).await.problem(404, "not_found");
    }
    bob.delete(&path(&top)).await.expect(204);
    cas.delete(&path(&top)).await.problem(404, "not_found");
    assert!(ann.all(&list).await.is_empty());
    let shown = ann
        .get(&format!("/api/posts/{}", post["postId"].as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(shown["counters"]["comments"], 0);
    assert_eq!(kith.published("posts", "comment.deleted").await.len(), 3);
}

#[tokio::test]
async fn a_reply_that_comes_while_its_comment_is_deleted_is_not_lost() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("x").await;
    for _ in 0..5 {
        let top = bob.comments(&post, "soon gone").await;
        let (comments, top_path) = (under(&post), path(&top));
        let body = json!({ "text": "wait", "parentCommentId": top["commentId"] });
        let (deleted, replied) = join(bob.delete(&top_path), ann.post(&comments, body)).await;
        deleted.expect(204);
        kith.settled().await;
        let shown = ann.get(&top_path).await;
        if replied.status == 201 {
            assert_eq!(shown.expect(200)["deleted"], true);
            let listed = ann.all(&format!("{top_path}/replies")).await;
            assert_eq!(listed, [ann.get(&path(&replied.body)).await.expect(200)]);
        } else {
            replied.problem(422, "invalid");
            shown.problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn replies_belong_to_a_comment_of_the_same_post() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let (post, other) = (ann.posts("one").await, ann.posts("two").await);
    let elsewhere = ann.comments(&other, "there").await;
    let unknown = json!("7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a");
    for parent in [&elsewhere["commentId"], &unknown] {
        let body = json!({ "text": "here", "parentCommentId": parent });
        let problem = ann.post(&under(&post), body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/parentCommentId");
    }
    let body = json!({ "text": "here", "parentCommentId": "nonsense" });
    ann.post(&under(&post), body).await.problem(400, "malformed_body");
    ann.post(&under(&post), json!({ "text": "é".repeat(2001) }))
        .await
        .problem(422, "invalid");
    ann.get(&format!("/api/comments/{}", unknown.as_str().unwrap()))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn the_same_key_comments_once() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("x").await;
    let send = || {
        let request = ann
            .request(Method::POST, &under(&post))
            .header("idempotency-key", "k");
        ann.send(request.json(&json!({ "text": "once" })))
    };
    let first = send().await;
    let again = send().await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(first.expect(201), again.expect(201));
    assert_eq!(ann.all(&under(&post)).await.len(), 1);
}

#[tokio::test]
async fn who_owns_the_post_deletes_comments_under_it() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("mine").await;
    let comment = bob.comments(&post, "rude").await;
    let answer = reply(&bob, &post, &comment, "ruder").await;
    ann.delete(&path(&comment)).await.expect(204);
    ann.delete(&path(&comment)).await.expect(204);
    assert_eq!(bob.get(&path(&comment)).await.expect(200)["deleted"], true);
    ann.delete(&path(&answer)).await.expect(204);
    kith.settled().await;
    bob.get(&path(&comment)).await.problem(404, "not_found");
    let told = kith.published("posts", "comment.deleted").await;
    assert!(told.iter().all(|event| event["authorId"] == bob.user_id.as_str()));
}
