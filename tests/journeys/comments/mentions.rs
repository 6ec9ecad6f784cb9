//! People who are named in comments.

use super::{path, under};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Kith, Person};

/// Whom `user.mentioned` tells about a comment.
async fn told(kith: &Kith, comment: &Value) -> BTreeSet<String> {
    kith.settled().await;
    let subject = format!("comment:{}", comment["commentId"].as_str().unwrap());
    let told = kith.published("posts", "user.mentioned").await;
    let of_comment = told.iter().filter(|event| event["subject"] == subject.as_str());
    of_comment
        .map(|event| event["userId"].as_str().unwrap().to_owned())
        .collect()
}

fn ids(people: &[&Person]) -> BTreeSet<String> {
    people.iter().map(|person| person.user_id.clone()).collect()
}

fn named(comment: &Value) -> Vec<&str> {
    let mentions = comment["mentions"].as_array().unwrap().iter();
    mentions
        .map(|person| person["username"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn who_is_named_is_shown_and_told_once_if_they_may_see_it() {
    let kith = Kith::start().await;
    let [ann, bob, cas] = kith.people(["ann", "bob", "cas"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    kith.settled().await;

    let post = ann.posts("x").await;
    let made = ann
        .post(
            &under(&post),
            json!({ "text": "with @Bob, @nobody.here and @ann" }),
        )
        .await;
    assert!(made.cost("reads") <= 7, "{:?}", made.headers);
    let comment = made.expect(201);
    assert_eq!(named(&comment), ["bob", "ann"]);
    assert_eq!(
        named(&kith.nobody().get(&path(&comment)).await.expect(200)),
        ["bob", "ann"]
    );
    assert_eq!(told(&kith, &comment).await, ids(&[&bob]), "nobody names themself");
    let event = &kith.published("posts", "user.mentioned").await[0];
    assert_eq!(
        event["root"],
        format!("post:{}", post["postId"].as_str().unwrap())
    );
    assert_eq!(event["authorId"], ann.user_id.as_str());

    let edit = json!({ "text": "with @bob and @cas" });
    let edited = ann.put(&path(&comment), edit).await.expect(200);
    assert_eq!(named(&edited), ["bob", "cas"]);
    assert_eq!(told(&kith, &comment).await, ids(&[&bob, &cas]));
    assert_eq!(
        kith.published("posts", "user.mentioned").await.len(),
        2,
        "only who is new"
    );

    let shared = json!({ "text": "x", "visibility": "followers" });
    let shared = ann.post("/api/posts", shared).await.expect(201);
    let secret = ann.comments(&shared, "@bob @cas").await;
    assert_eq!(told(&kith, &secret).await, ids(&[&bob]), "only who may see it");

    ann.delete(&path(&comment)).await.expect(204);
    kith.settled().await;
    ann.get(&path(&comment)).await.problem(404, "not_found");
}
