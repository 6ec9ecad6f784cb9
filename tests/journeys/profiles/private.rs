//! Private accounts: followers are accepted, and what is public of the account is for them.

use super::{answer, counts, follow, ids, is_private, people, profile_of, view};
use serde_json::json;
use testkit::Kith;

#[tokio::test]
async fn a_private_account_is_asked_and_answers() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = people(&kith, ["ann", "bob", "cid"]).await;
    is_private(&ann, true).await;
    assert_eq!(follow(&bob, &ann).await, view(&["requested"]));
    assert_eq!(
        follow(&bob, &ann).await,
        view(&["requested"]),
        "again as the first time"
    );
    follow(&cid, &ann).await;
    let seen = bob.get(&profile_of(&ann)).await.expect(200);
    assert_eq!(
        (&seen["viewer"], &seen["isPrivate"]),
        (&view(&["requested"]), &json!(true))
    );
    let requests = ann.all("/api/profiles/me/follow-requests?limit=1").await;
    assert_eq!(ids(&requests), [&cid.user_id, &bob.user_id], "newest first");
    kith.settled().await;
    assert_eq!(kith.published("graph", "follow.requested").await.len(), 2);
    assert_eq!(kith.published("graph", "user.followed").await.len(), 0);
    assert_eq!(
        counts(&kith, &ann).await["followers"],
        0,
        "who asks does not count"
    );

    assert_eq!(
        answer(&ann, &bob, "accept").await.expect(200),
        view(&["followedBy"])
    );
    answer(&ann, &bob, "accept").await.expect(200);
    answer(&ann, &cid, "reject").await.expect(200);
    answer(&ann, &cid, "reject").await.expect(200);
    answer(&ann, &cid, "accept").await.problem(404, "not_found");
    answer(&bob, &cid, "reject").await.problem(404, "not_found");
    assert!(ann.all("/api/profiles/me/follow-requests").await.is_empty());
    kith.settled().await;
    let followed = kith.published("graph", "user.followed").await;
    assert_eq!(
        followed,
        [json!({ "followerId": bob.user_id, "followeeId": ann.user_id, "accepted": true })]
    );
    assert_eq!(counts(&kith, &ann).await["followers"], 1);
    assert_eq!(
        follow(&cid, &ann).await,
        view(&["requested"]),
        "who was rejected may ask again"
    );
    let path = format!("{}/follow", profile_of(&ann));
    cid.delete(&path).await.expect(204);
    assert!(
        ann.all("/api/profiles/me/follow-requests").await.is_empty(),
        "it was taken back"
    );
    kith.nobody()
        .get("/api/profiles/me/follow-requests")
        .await
        .problem(401, "missing_token");
}

#[tokio::test]
async fn what_is_public_of_a_private_account_is_for_its_followers() {
    let kith = Kith::start().await;
    let [ann, bob, eve] = people(&kith, ["ann", "bob", "eve"]).await;
    follow(&bob, &ann).await;
    follow(&ann, &eve).await;
    let post = ann.posts("first light").await;
    let post = format!("/api/posts/{}", post["postId"].as_str().unwrap());
    let posts = format!("/api/users/{}/posts", ann.user_id);
    let lists = ["followers", "following"].map(|list| format!("{}/{list}", profile_of(&ann)));
    eve.get(&post).await.expect(200);
    is_private(&ann, true).await;
    for path in lists.iter().chain([&post]) {
        eve.get(path).await.problem(404, "not_found");
        kith.nobody().get(path).await.problem(404, "not_found");
        bob.get(path).await.expect(200);
        ann.get(path).await.expect(200);
    }
    assert!(eve.all(&posts).await.is_empty());
    assert_eq!(bob.all(&posts).await.len(), 1);
    let comment = format!("{post}/comments");
    eve.post(&comment, json!({ "text": "hi" }))
        .await
        .problem(404, "not_found");
    assert_eq!(
        kith.nobody().get(&profile_of(&ann)).await.expect(200)["counts"]["followers"],
        1
    );
    bob.delete(&format!("{}/follow", profile_of(&ann)))
        .await
        .expect(204);
    bob.get(&post).await.problem(404, "not_found");
}

#[tokio::test]
async fn who_asked_follows_when_the_account_becomes_public() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = people(&kith, ["ann", "bob", "cid"]).await;
    is_private(&ann, true).await;
    follow(&bob, &ann).await;
    follow(&cid, &ann).await;
    answer(&ann, &cid, "reject").await.expect(200);
    kith.settled().await;
    is_private(&ann, false).await;
    kith.settled().await;
    let followers = kith
        .nobody()
        .all(&format!("{}/followers", profile_of(&ann)))
        .await;
    assert_eq!(ids(&followers), [&bob.user_id], "who was rejected does not");
    assert_eq!(counts(&kith, &ann).await["followers"], 1);
    assert_eq!(counts(&kith, &bob).await["following"], 1);
    assert_eq!(follow(&cid, &ann).await, view(&["following"]));
}

#[tokio::test]
async fn a_follower_is_removed() {
    let kith = Kith::start().await;
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    follow(&bob, &ann).await;
    follow(&ann, &bob).await;
    let path = format!("{}/follower", profile_of(&bob));
    ann.delete(&path).await.expect(204);
    ann.delete(&path).await.expect(204);
    let seen = ann.get(&profile_of(&bob)).await.expect(200);
    assert_eq!(seen["viewer"], view(&["following"]), "one way only");
    kith.settled().await;
    assert_eq!(kith.published("graph", "user.unfollowed").await.len(), 1);
    assert_eq!(counts(&kith, &ann).await["followers"], 0);
    assert_eq!(counts(&kith, &ann).await["following"], 1);
    bob.delete(&path).await.problem(422, "cannot_remove_self");
}

#[tokio::test]
async fn asking_and_accepting_are_told() {
    let kith = Kith::start().await;
    let [ann, bob] = people(&kith, ["ann", "bob"]).await;
    is_private(&ann, true).await;
    follow(&bob, &ann).await;
    kith.settled().await;
    let told = ann.notifications().await;
    let actor = |note: &serde_json::Value| note["actors"][0]["userId"].clone();
    assert_eq!(
        (&told[0]["kind"], actor(&told[0])),
        (&json!("follow_request"), json!(bob.user_id))
    );
    answer(&ann, &bob, "accept").await.expect(200);
    kith.settled().await;
    let told = bob.notifications().await;
    assert_eq!(
        (&told[0]["kind"], actor(&told[0])),
        (&json!("follow_accepted"), json!(ann.user_id))
    );
    assert_eq!(
        ann.notifications().await.len(),
        1,
        "who accepts knows that they are followed"
    );
}
