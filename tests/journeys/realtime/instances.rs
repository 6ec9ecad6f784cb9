//! Several instances of `realtime`, and what becomes of the clients of one that stops.

use super::{Instance, let_in, looking_at};
use serde_json::json;
use testkit::Kith;

#[tokio::test]
async fn it_does_not_matter_which_instance_one_is_connected_to() {
    let mut kith = Kith::start().await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("first light").await;
    let there = kith.another("realtime").await;
    let mut here = looking_at(&ann, &post).await;
    let mut elsewhere = looking_at(&bob.through(there), &post).await;
    for text in ["one", "two", "three"] {
        ann.comments(&post, text).await;
    }
    for text in ["one", "two", "three"] {
        assert_eq!(here.next("CommentAdded").await["text"], text);
        assert_eq!(elsewhere.next("CommentAdded").await["text"], text);
    }
}

#[tokio::test]
async fn an_instance_that_stops_sends_its_clients_elsewhere() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("first light").await;
    let instance = Instance::start(&kith, "realtime", &[]).await;
    let mut hub = looking_at(&ann.through(instance.address), &post).await;
    let (closed, ()) = tokio::join!(hub.closed(), instance.stop());
    assert_eq!(closed, Some(json!({ "type": 7, "allowReconnect": true })));

    let mut hub = looking_at(&ann, &post).await;
    ann.comments(&post, "here again").await;
    assert_eq!(hub.next("CommentAdded").await["text"], "here again");
    let_in(&mut hub).await;
}
