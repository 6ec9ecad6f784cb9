//! Hub `feed` and the inbox's hub: who hears what.

use super::{id, let_in, looking_at};
use serde_json::{Value, json};
use testkit::Kith;

#[tokio::test]
async fn who_looks_at_a_post_hears_what_happens_to_it() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    let mut hub = looking_at(&bob, &post).await;

    let comment = ann.comments(&post, "still dark here").await;
    let heard = hub.next("CommentAdded").await;
    assert_eq!(heard["commentId"], comment["commentId"]);
    assert_eq!(
        (&heard["text"], &heard["author"]["username"]),
        (&json!("still dark here"), &json!("ann"))
    );
    assert_eq!(heard["postCounters"]["comments"], 1);
    // the comment is counted: nothing of it is told with the reactions below
    kith.settled().await;

    let path = format!("/api/posts/{}", id(&post, "postId"));
    ann.post(&format!("{path}/reactions"), json!({ "type": "love" }))
        .await
        .expect(201);
    let heard = hub.next("ReactionUpdated").await;
    assert_eq!(heard["postId"], post["postId"]);
    assert_eq!(heard["counters"]["reactions"]["love"], 1);

    ann.delete(&format!("/api/comments/{}", id(&comment, "commentId")))
        .await
        .expect(204);
    let heard = hub.next("CommentDeleted").await;
    assert_eq!(
        heard,
        json!({ "commentId": comment["commentId"], "postId": post["postId"] })
    );

    ann.delete(&path).await.expect(204);
    assert_eq!(hub.next("PostDeleted").await, json!({ "postId": post["postId"] }));
}

#[tokio::test]
async fn who_leaves_hears_no_more() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let (left, kept) = (ann.posts("one").await, ann.posts("two").await);
    let mut hub = looking_at(&ann, &left).await;
    hub.invoke("JoinPostGroup", json!([kept["postId"]]))
        .await
        .unwrap();
    hub.invoke("LeavePostGroup", json!([left["postId"]]))
        .await
        .unwrap();
    ann.comments(&left, "not heard").await;
    ann.comments(&kept, "heard").await;
    assert_eq!(hub.next("CommentAdded").await["text"], "heard");
}

#[tokio::test]
async fn what_one_may_not_see_one_cannot_join() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let write = async |visibility: &str| {
        let body = json!({ "text": "quiet", "visibility": visibility });
        ann.post("/api/posts", body).await.expect(201)["postId"].clone()
    };
    let (followers, private) = (write("followers").await, write("private").await);
    let nothing = json!("00000000-0000-4000-8000-000000000000");
    let (mut bobs, mut cids) = (bob.hub("feed").await, cid.hub("feed").await);

    bobs.invoke("JoinPostGroup", json!([followers])).await.unwrap();
    let unseen = cids
        .invoke("JoinPostGroup", json!([followers]))
        .await
        .unwrap_err();
    assert!(unseen.contains("you may not see it"), "{unseen}");
    for post in [&private, &nothing] {
        assert_eq!(
            bobs.invoke("JoinPostGroup", json!([post])).await,
            Err(unseen.clone())
        );
    }
    for wrong in [json!(["x"]), json!([1]), json!([]), json!([null])] {
        assert!(bobs.invoke("JoinPostGroup", wrong).await.is_err());
    }
    assert!(
        bobs.invoke("JoinVideoRoom", json!([nothing])).await.is_err(),
        "of another hub"
    );
    let unseen = bob
        .hub("video")
        .await
        .invoke("JoinVideoRoom", json!([nothing]))
        .await;
    assert!(unseen.unwrap_err().contains("you may not see it"));
    let_in(&mut bobs).await;
}

#[tokio::test]
async fn followers_hear_of_new_posts() {
    let kith = Kith::start().await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    cid.follows(&bob).await;
    let (mut bobs, mut cids) = (bob.hub("feed").await, cid.hub("feed").await);
    let_in(&mut bobs).await;
    let_in(&mut cids).await;
    let post = ann.posts("first light").await;
    let heard = bobs.next("NewPostAvailable").await;
    assert_eq!(
        (&heard["postId"], &heard["author"]["username"]),
        (&post["postId"], &json!("ann"))
    );
    let body = json!({ "text": "mine alone", "visibility": "private" });
    bob.post("/api/posts", body).await.expect(201);
    let post = bob.posts("second light").await;
    let heard = cids.next("NewPostAvailable").await;
    assert_eq!(
        heard["postId"], post["postId"],
        "neither ann's nor what is private"
    );
}

#[tokio::test]
async fn whom_a_crowd_follows_one_hears_of_through_one_channel() {
    let kith = Kith::start_with(&[("FAN_OUT_FOLLOWERS", "1")]).await;
    let [ann, bob, cid, dan] = kith.people(["ann", "bob", "cid", "dan"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    cid.follows(&ann).await;
    cid.follows(&dan).await;
    kith.settled().await;
    let (mut bobs, mut cids, mut dans) = (
        bob.hub("feed").await,
        cid.hub("feed").await,
        dan.hub("feed").await,
    );
    for hub in [&mut bobs, &mut cids, &mut dans] {
        let_in(hub).await;
    }
    let post = ann.posts("to everybody").await;
    for hub in [&mut bobs, &mut cids] {
        assert_eq!(hub.next("NewPostAvailable").await["postId"], post["postId"]);
    }
    let body = json!({ "text": "mine alone", "visibility": "private" });
    ann.post("/api/posts", body).await.expect(201);
    kith.settled().await;
    assert!(
        kith.published("feed", "feed.fan_out").await.is_empty(),
        "nobody is told one by one"
    );
    let post = dan.posts("to one").await;
    let heard = cids.next("NewPostAvailable").await;
    assert_eq!(heard["postId"], post["postId"], "not what is private");
    ann.follows(&dan).await;
    dan.follows(&cid).await;
    let post = cid.posts("to dan").await;
    let heard = dans.next("NewPostAvailable").await;
    assert_eq!(
        heard["postId"], post["postId"],
        "nothing of whom dan does not follow"
    );
}

#[tokio::test]
async fn a_connection_to_the_inbox_belongs_to_its_user() {
    let kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    let post = ann.posts("first light").await;
    let (mut anns, mut bobs) = (ann.hub("notifications").await, bob.hub("notifications").await);
    let_in(&mut anns).await;
    let_in(&mut bobs).await;
    bob.comments(&post, "nice").await;
    let heard = anns.next("NewNotification").await;
    assert_eq!(heard["unreadCount"], 1);
    assert_eq!(heard["notification"]["kind"], "comment");
    kith.settled().await;
    bob.follows(&ann).await;
    assert_eq!(
        anns.next("NewNotification").await["notification"]["kind"],
        "follow"
    );
    ann.follows(&bob).await;
    let first: Value = bobs.next("NewNotification").await;
    assert_eq!(
        first["notification"]["kind"], "follow",
        "nothing of ann's came before"
    );
}

#[tokio::test]
async fn a_connection_costs_so_much_and_no_more() {
    let limits = [("JOINS_PER_CONNECTION", "1"), ("CONNECTIONS_PER_USER", "2")];
    let kith = Kith::start_with(&limits).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    let (one, two) = (ann.posts("one").await, ann.posts("two").await);
    let mut hub = looking_at(&bob, &one).await;
    let refused = hub
        .invoke("JoinPostGroup", json!([two["postId"]]))
        .await
        .unwrap_err();
    assert!(
        refused.contains("1 groups"),
        "whom one follows does not count: {refused}"
    );
    hub.invoke("LeavePostGroup", json!([one["postId"]]))
        .await
        .unwrap();
    hub.invoke("JoinPostGroup", json!([two["postId"]])).await.unwrap();

    let _second = bob.hub("feed").await;
    let token = super::negotiate(&bob, "feed").await.expect(200);
    assert_eq!(
        super::open(&bob, "feed", &id(&token, "connectionToken")).await,
        429
    );
}
