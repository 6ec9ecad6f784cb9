//! Who is muted, left or blocked is heard of no more, also on connections that are open; who looks at no feed is not told one by one.

use super::{id, let_in, looking_at};
use cloud::redis::cmd;
use runtime::Context;
use serde_json::{Value, json};
use testkit::{HubClient, Kith, Person};

async fn wishes(person: &Person, wish: &str, other: &Person) {
    let path = format!("/api/profiles/{}/{wish}", other.user_id);
    person.post_nothing(&path).await.expect(200);
}

async fn takes_back(person: &Person, wish: &str, other: &Person) {
    let path = format!("/api/profiles/{}/{wish}", other.user_id);
    person.delete(&path).await.expect(204);
}

async fn listening(person: &Person) -> HubClient {
    let mut hub = person.hub("feed").await;
    let_in(&mut hub).await;
    hub
}

async fn joins(hub: &mut HubClient, post: &Value) -> Result<Value, String> {
    hub.invoke("JoinPostGroup", json!([post["postId"]])).await
}

/// Which post is heard of next.
async fn next_post(hub: &mut HubClient) -> Value {
    hub.next("NewPostAvailable").await["postId"].clone()
}

/// Everybody follows `ann`, a crowd, and `dan`, another.
async fn crowd(kith: &Kith) -> [Person; 5] {
    let people = kith.people(["ann", "bob", "cid", "eve", "dan"]).await;
    kith.settled().await;
    let [ann, fans @ .., dan] = &people;
    for fan in fans {
        fan.follows(ann).await;
        fan.follows(dan).await;
    }
    kith.settled().await;
    people
}

#[tokio::test]
async fn who_is_muted_is_not_heard_through_their_channel() {
    let kith = Kith::start_with(&[("FAN_OUT_FOLLOWERS", "1")]).await;
    let [ann, bob, cid, _, dan] = crowd(&kith).await;
    wishes(&cid, "mute", &ann).await;
    let (mut bobs, mut cids) = (listening(&bob).await, listening(&cid).await);
    let (of_ann, of_dan) = (ann.posts("to everybody").await, dan.posts("too").await);
    assert_eq!(next_post(&mut bobs).await, of_ann["postId"]);
    kith.settled().await;
    assert_eq!(next_post(&mut cids).await, of_dan["postId"]);

    takes_back(&cid, "mute", &ann).await;
    let mut again = listening(&cid).await;
    let post = ann.posts("hello again").await;
    assert_eq!(next_post(&mut again).await, post["postId"]);
}

#[tokio::test]
async fn an_open_connection_hears_no_more_of_whom_its_user_mutes_leaves_or_blocks() {
    let kith = Kith::start_with(&[("FAN_OUT_FOLLOWERS", "1")]).await;
    let [ann, bob, cid, eve, dan] = crowd(&kith).await;
    let mut hubs = [
        listening(&bob).await,
        listening(&cid).await,
        listening(&eve).await,
    ];
    let first = ann.posts("to everybody").await;
    for hub in &mut hubs {
        assert_eq!(next_post(hub).await, first["postId"]);
    }
    wishes(&bob, "mute", &ann).await;
    takes_back(&cid, "follow", &ann).await;
    wishes(&ann, "block", &eve).await;
    ann.posts("not heard").await;
    kith.settled().await;
    let last = dan.posts("heard").await;
    for hub in &mut hubs {
        assert_eq!(next_post(hub).await, last["postId"]);
    }
}

#[tokio::test]
async fn when_an_account_becomes_private_strangers_hear_no_more_and_followers_join_again() {
    let kith = Kith::start().await;
    let [ann, bob, cid, dan] = kith.people(["ann", "bob", "cid", "dan"]).await;
    kith.settled().await;
    cid.follows(&ann).await;
    let (post, other) = (ann.posts("for everybody").await, dan.posts("of another").await);
    let (mut bobs, mut cids) = (looking_at(&bob, &post).await, looking_at(&cid, &post).await);
    for hub in [&mut bobs, &mut cids] {
        joins(hub, &other).await.unwrap();
    }
    let path = format!("/api/profiles/{}", ann.user_id);
    for _ in 0..2 {
        let private = json!({ "displayName": "ann", "isPrivate": true });
        ann.put(&path, private).await.expect(200);
    }
    for hub in [&mut bobs, &mut cids] {
        let told = hub.next("AccountBecamePrivate").await;
        assert_eq!(told, json!({ "userId": ann.user_id }));
    }
    let unseen = joins(&mut bobs, &post).await;
    assert!(unseen.unwrap_err().contains("you may not see it"));
    joins(&mut cids, &post).await.unwrap();
    ann.comments(&post, "heard by cid").await;
    dan.comments(&other, "heard by both").await;
    for text in ["heard by cid", "heard by both"] {
        assert_eq!(cids.next("CommentAdded").await["text"], text);
    }
    assert_eq!(bobs.next("CommentAdded").await["text"], "heard by both");
}

#[tokio::test]
async fn who_looks_at_a_post_hears_nothing_after_a_block_or_when_they_leave() {
    let kith = Kith::start().await;
    let [ann, bob, cid, dan] = kith.people(["ann", "bob", "cid", "dan"]).await;
    kith.settled().await;
    cid.follows(&ann).await;
    let open = ann.posts("for everybody").await;
    let body = json!({ "text": "for followers", "visibility": "followers" });
    let closed = ann.post("/api/posts", body).await.expect(201);
    let other = dan.posts("of another").await;
    let mut bobs = looking_at(&bob, &open).await;
    let mut cids = looking_at(&cid, &open).await;
    for (hub, posts) in [(&mut bobs, &[&other][..]), (&mut cids, &[&closed, &other])] {
        for post in posts {
            joins(hub, post).await.unwrap();
        }
    }
    wishes(&bob, "mute", &ann).await;
    ann.comments(&open, "a mute hides nothing that one looks at")
        .await;
    assert_eq!(
        bobs.next("CommentAdded").await["text"],
        "a mute hides nothing that one looks at"
    );

    wishes(&ann, "block", &bob).await;
    takes_back(&cid, "follow", &ann).await;
    ann.comments(&closed, "not heard").await;
    ann.comments(&open, "heard by cid").await;
    dan.comments(&other, "heard by both").await;
    cids.next("CommentAdded").await;
    assert_eq!(cids.next("CommentAdded").await["text"], "heard by cid");
    assert_eq!(bobs.next("CommentAdded").await["text"], "heard by both");
    let unseen = joins(&mut bobs, &open).await;
    assert!(unseen.unwrap_err().contains("you may not see it"));
}

#[tokio::test]
async fn under_the_post_of_another_nothing_is_heard_of_who_is_blocked() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    let post = cid.posts("of another").await;
    let first = bob.comments(&post, "before").await;
    let mut hubs = [looking_at(&ann, &post).await, looking_at(&bob, &post).await];
    wishes(&ann, "block", &bob).await;
    bob.comments(&post, "of bob").await;
    let path = format!("/api/comments/{}", id(&first, "commentId"));
    bob.put(&path, json!({ "text": "before, changed" }))
        .await
        .expect(200);
    ann.comments(&post, "of ann").await;
    kith.settled().await;
    cid.comments(&post, "of cid").await;
    for (hub, own) in hubs.iter_mut().zip(["of ann", "of bob"]) {
        for text in [own, "of cid"] {
            assert_eq!(hub.next("CommentAdded").await["text"], text);
        }
    }
    takes_back(&ann, "block", &bob).await;
    bob.put(&path, json!({ "text": "changed again" }))
        .await
        .expect(200);
    assert_eq!(
        hubs[0].next("CommentUpdated").await["text"],
        "changed again",
        "not what was changed meanwhile"
    );
    bob.comments(&post, "heard again").await;
    assert_eq!(hubs[0].next("CommentAdded").await["text"], "heard again");
}

/// Whether somebody counts as reading their feed, and for how many seconds yet.
async fn active(kith: &Kith, person: &Person) -> i64 {
    let context = Context::new("posts", &kith.environment()).unwrap();
    let cache = context.cloud().cache();
    let key = cache.key(&access::reader_key(person.user_id.parse().unwrap()));
    cache.run(cmd("TTL").arg(key)).await.unwrap()
}

/// As when the time is over for which somebody counts as reading their feed.
async fn becomes_inactive(kith: &Kith, person: &Person) {
    let context = Context::new("posts", &kith.environment()).unwrap();
    let cache = context.cloud().cache();
    let key = cache.key(&access::reader_key(person.user_id.parse().unwrap()));
    let ended: i64 = cache.run(cmd("PEXPIRE").arg(&key).arg(1)).await.unwrap();
    assert_eq!(ended, 1);
    kith.until("it has run out", async || active(kith, person).await == -2)
        .await;
}

#[tokio::test]
async fn who_read_no_feed_for_a_week_and_who_muted_is_not_told_of_new_posts() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    for fan in [&bob, &cid] {
        fan.follows(&ann).await;
    }
    wishes(&cid, "mute", &ann).await;
    assert_eq!(active(&kith, &bob).await, -2, "no feed was read yet");
    let (mut bobs, mut cids) = (listening(&bob).await, listening(&cid).await);
    let week = 7 * 24 * 60 * 60;
    assert!(
        (week - 600..=week).contains(&active(&kith, &bob).await),
        "connecting counts"
    );
    becomes_inactive(&kith, &bob).await;
    ann.posts("while nobody looks").await;
    kith.settled().await;
    let feed = bob.all("/api/feed").await;
    assert_eq!(feed.len(), 1, "it is in the feed when that is read");
    assert!(
        (week - 600..=week).contains(&active(&kith, &bob).await),
        "reading counts"
    );
    let heard = ann.posts("while bob looks").await;
    assert_eq!(next_post(&mut bobs).await, heard["postId"]);
    kith.settled().await;
    takes_back(&cid, "mute", &ann).await;
    let last = ann.posts("while cid hears").await;
    assert_eq!(id(&last, "postId"), next_post(&mut cids).await.as_str().unwrap());
}
