//! Whom one blocks, mutes, or may not look at is left out of feeds, and pages stay full.

use super::{say, texts};
use serde_json::json;
use testkit::{Kith, Person};

async fn wishes(person: &Person, other: &Person, wish: &str) {
    let path = format!("/api/profiles/{}/{wish}", other.user_id);
    person.post_nothing(&path).await.expect(200);
}

async fn takes_back(person: &Person, other: &Person, wish: &str) {
    let path = format!("/api/profiles/{}/{wish}", other.user_id);
    person.delete(&path).await.expect(204);
}

/// Posts of `ann` and `bob` by turns.
async fn by_turns(ann: &Person, bob: &Person) {
    for n in 0..12 {
        let person = if n % 2 == 0 { ann } else { bob };
        say(person, &format!("{n}"), "public").await;
    }
}

#[tokio::test]
async fn who_is_muted_is_left_out_until_one_hears_them_again() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    cid.follows(&ann).await;
    cid.follows(&bob).await;
    cid.all("/api/feed").await;
    wishes(&cid, &bob, "mute").await;
    by_turns(&ann, &bob).await;
    kith.settled().await;
    for scope in ["home", "global"] {
        let address = format!("/api/feed?scope={scope}&limit=3");
        let page = cid.get(&address).await.expect(200);
        assert_eq!(texts(page["items"].as_array().unwrap()), ["10", "8", "6"], "full");
        assert_eq!(texts(&cid.all(&address).await), ["10", "8", "6", "4", "2", "0"]);
    }
    assert_eq!(
        cid.all(&format!("/api/users/{}/posts", bob.user_id)).await.len(),
        6,
        "seen when asked for"
    );
    takes_back(&cid, &bob, "mute").await;
    assert_eq!(cid.all("/api/feed?limit=5").await.len(), 12, "nothing was lost");
}

#[tokio::test]
async fn a_block_hides_both_sides_at_once() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    ann.follows(&bob).await;
    bob.follows(&ann).await;
    by_turns(&ann, &bob).await;
    for person in [&ann, &bob] {
        assert_eq!(person.all("/api/feed").await.len(), 12);
    }
    wishes(&ann, &bob, "block").await;
    for person in [&ann, &bob] {
        for scope in ["home", "global"] {
            let seen = person.all(&format!("/api/feed?scope={scope}&limit=2")).await;
            assert!(
                seen.iter()
                    .all(|post| post["author"]["userId"] == json!(person.user_id))
            );
            assert_eq!(seen.len(), 6);
        }
    }
    assert_eq!(kith.nobody().all("/api/feed?scope=global").await.len(), 12);
    takes_back(&ann, &bob, "block").await;
    assert_eq!(
        ann.all("/api/feed").await.len(),
        6,
        "what they followed has ended"
    );
    assert_eq!(ann.all("/api/feed?scope=global").await.len(), 12);
}

#[tokio::test]
async fn public_posts_of_a_private_account_are_for_its_followers() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    cid.follows(&bob).await;
    by_turns(&ann, &bob).await;
    bob.put(
        &format!("/api/profiles/{}", bob.user_id),
        json!({ "displayName": "Bob", "isPrivate": true }),
    )
    .await
    .expect(200);
    let others = ["10", "8", "6", "4", "2", "0"];
    for person in [&kith.nobody(), &ann] {
        let walked = person.all("/api/feed?scope=global&limit=4").await;
        assert_eq!(texts(&walked), others, "pages are full");
    }
    assert_eq!(cid.all("/api/feed?scope=global&limit=5").await.len(), 12);
    assert_eq!(
        texts(&cid.all("/api/feed").await),
        ["11", "9", "7", "5", "3", "1"]
    );
    ann.follows(&bob).await;
    assert_eq!(ann.all("/api/feed").await.len(), 6, "asked, and not answered");
}
