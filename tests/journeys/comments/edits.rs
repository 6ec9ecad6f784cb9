//! Comments that are changed.

use super::{path, reply, under};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Kith, Person};

async fn put(person: &Person, comment: &Value, text: &str, version: &str) -> Answer {
    let request = person
        .request(Method::PUT, &path(comment))
        .header("if-match", version);
    person.send(request.json(&json!({ "text": text }))).await
}

#[tokio::test]
async fn a_comment_is_changed_by_its_author_alone_and_everybody_hears() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("x").await;
    let comment = bob.comments(&post, "nice").await;
    assert_eq!(comment.get("editedAt"), None);
    kith.settled().await;
    let mut feed = ann.hub("feed").await;
    feed.invoke("JoinPostGroup", json!([post["postId"]]))
        .await
        .unwrap();

    let changed = put(&bob, &comment, " nicer ", "\"1\"").await;
    assert!(changed.cost("reads") <= 8, "{:?}", changed.headers);
    assert_eq!(changed.cost("writes"), 2, "the comment and the outbox");
    assert_eq!(changed.headers["etag"], "\"2\"");
    let changed = changed.expect(200);
    assert_eq!(changed["text"], "nicer");
    assert!(changed["editedAt"].as_str() >= comment["createdAt"].as_str());
    assert_eq!(bob.get(&path(&comment)).await.expect(200), changed);
    let mut told = feed.next("CommentUpdated").await;
    told["viewer"] = changed["viewer"].clone();
    assert_eq!(told, changed, "as REST shows it");

    put(&bob, &comment, "again", "\"1\"").await.problem(412, "stale");
    let same = put(&bob, &comment, "nicer", "\"2\"").await;
    assert_eq!((same.cost("writes"), same.headers["etag"].as_str()), (0, "\"2\""));
    put(&ann, &comment, "mine", "*")
        .await
        .problem(403, "not_the_author");
    let nobody = kith.nobody();
    nobody
        .put(&path(&comment), json!({ "text": "x" }))
        .await
        .problem(401, "missing_token");
    bob.put(&path(&comment), json!({ "text": " " }))
        .await
        .problem(422, "invalid");
    bob.put(&path(&comment), json!({ "text": "x", "parentCommentId": null }))
        .await
        .problem(400, "malformed_body");
}

#[tokio::test]
async fn what_is_deleted_is_not_changed_any_more() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("x").await;
    let comment = ann.comments(&post, "a secret").await;
    reply(&ann, &post, &comment, "kept").await;
    put(&ann, &comment, "another secret", "*").await.expect(200);
    ann.delete(&path(&comment)).await.expect(204);
    put(&ann, &comment, "back", "*").await.problem(404, "not_found");
    let tombstone = ann.get(&path(&comment)).await.expect(200);
    assert_eq!(tombstone.get("editedAt"), None);
    assert_eq!(tombstone["text"], "");
    assert_eq!(ann.all(&under(&post)).await.len(), 1);
}
