//! `kith recount`: numbers that were written by hand are what they should be again.

use crate::callers::costs::events_stay_in_budget;
use cloud::{Collection, Document};
use runtime::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use testkit::Kith;

/// A number document, whatever it counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Written {
    id: String,
    generation: i64,
    counts: Value,
}

impl Document for Written {
    fn id(&self) -> String {
        self.id.clone()
    }
}

#[tokio::test]
async fn wrong_numbers_are_counted_again() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let post = ann.posts("x").await;
    let comment = bob.comments(&post, "y").await;
    let paths = [
        format!("/api/posts/{}", post["postId"].as_str().unwrap()),
        format!("/api/comments/{}", comment["commentId"].as_str().unwrap()),
    ];
    for path in &paths {
        bob.post(&format!("{path}/reactions"), json!({ "type": "like" }))
            .await
            .expect(201);
    }
    kith.settled().await;
    let nobody = kith.nobody();
    let profile = format!("/api/profiles/{}", ann.user_id);
    let shown = async || {
        let mut all = vec![nobody.get(&profile).await.expect(200)["counts"].clone()];
        for path in &paths {
            all.push(nobody.get(path).await.expect(200)["counters"].clone());
        }
        all
    };
    let right = shown().await;

    let context = Context::new("posts", &kith.environment()).unwrap();
    let cloud = context.cloud();
    let written: Collection<Written> = Collection::new("counters");
    let mut spoilt = 0;
    for stored in cloud.documents().query(written.query()).await.unwrap() {
        let mut wrong = stored.clone().into_inner();
        spoil(&mut wrong.counts);
        cloud.commit().update(&stored, &wrong).await.unwrap();
        spoilt += 1;
    }
    assert!(spoilt >= 2, "the post's and the comment's");
    kith.forget_everything().await;
    assert_ne!(shown().await, right);

    let asked = local::recount(&kith.environment()).await.unwrap();
    assert_eq!(asked, 4, "a post, a comment, two people");
    kith.settled().await;
    assert_eq!(shown().await, right);
    events_stay_in_budget(&kith).await;
}

/// Seven more of everything.
fn spoil(counts: &mut Value) {
    match counts {
        Value::Object(fields) => fields.values_mut().for_each(spoil),
        number => *number = json!(number.as_u64().unwrap() + 7),
    }
}
