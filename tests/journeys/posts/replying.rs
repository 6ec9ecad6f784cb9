//! An author says whose comments they take.

use super::{edited, path, written};
use serde_json::json;
use testkit::Kith;

#[tokio::test]
async fn comments_are_taken_as_the_author_said() {
    let kith = Kith::start().await;
    let [ann, bob, cat, dan] = kith.people(["ann", "bob", "cat", "dan"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let post = written(&ann, json!({ "text": "what do you think, @cat?" })).await;
    for (policy, allowed) in [
        ("everyone", [true, true, true, true]),
        ("followers", [true, true, true, false]),
        ("mentioned", [true, false, true, false]),
    ] {
        let post = edited(&ann, &post, json!({ "replyPolicy": policy })).await;
        assert_eq!(post["replyPolicy"], policy);
        for (person, allowed) in [&ann, &bob, &cat, &dan].into_iter().zip(allowed) {
            let answer = person
                .post(&format!("{}/comments", path(&post)), json!({ "text": "hm" }))
                .await;
            if allowed {
                answer.expect(201);
            } else {
                answer.problem(403, "replies_limited");
            }
            // everybody may still read and react
            let like = json!({ "type": "like" });
            person
                .post(&format!("{}/reactions", path(&post)), like)
                .await
                .expect(201);
        }
    }
}
