//! Deactivated accounts: for nobody, until they are restored.

use super::{follow, ids, people, profile_of};
use cloud::Cloud;
use contracts::DomainEvent;
use contracts::events::accounts::{AccountDeactivated, AccountRestored};
use runtime::Context;
use serde_json::json;
use testkit::Kith;

async fn tell<E: DomainEvent>(cloud: &Cloud, event: E) {
    cloud.commit().emit(&event).await.unwrap();
}

#[tokio::test]
async fn a_deactivated_account_is_nowhere_until_it_is_restored() {
    let kith = Kith::start().await;
    let context = Context::new("auth", &kith.environment()).unwrap();
    let cloud = context.cloud();
    let [ann, bob, cid] = people(&kith, ["ann", "bob", "cid"]).await;
    follow(&ann, &bob).await;
    follow(&cid, &bob).await;
    follow(&bob, &ann).await;
    let post = ann.posts("first light").await;
    let of_bob = bob.posts("of bob").await;
    let comment = ann.comments(&of_bob, "nice").await;
    let post = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let comment = format!("/api/comments/{}", comment["commentId"].as_str().unwrap());
    let followers = format!("{}/followers", profile_of(&bob));
    let user_id = ann.user_id.parse().unwrap();
    kith.settled().await;

    tell(cloud, AccountDeactivated { user_id }).await;
    kith.settled().await;
    let missing = [
        profile_of(&ann),
        format!("/api/profiles/by-username/{}", ann.username),
        format!("{}/followers", profile_of(&ann)),
        format!("/api/users/{}/posts", ann.user_id),
        post.clone(),
        comment.clone(),
    ];
    for path in &missing {
        bob.get(path).await.problem(404, "not_found");
        kith.nobody().get(path).await.problem(404, "not_found");
    }
    cid.post_nothing(&format!("{}/follow", profile_of(&ann)))
        .await
        .problem(404, "not_found");
    assert_eq!(ids(&cid.all(&followers).await), [&cid.user_id]);
    let batch = json!({ "userIds": [ann.user_id, bob.user_id] });
    let batch = cid.post("/api/profiles/batch", batch).await.expect(200);
    assert_eq!(ids(batch["items"].as_array().unwrap()), [&bob.user_id]);

    tell(cloud, AccountRestored { user_id }).await;
    kith.settled().await;
    for path in &missing {
        bob.get(path).await.expect(200);
    }
    assert_eq!(ids(&cid.all(&followers).await), [&cid.user_id, &ann.user_id]);
}
