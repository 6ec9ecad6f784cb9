//! Redis goes away and comes back.

use super::{id, let_in, looking_at, negotiate};
use local::Redis;
use serde_json::{Value, json};
use testkit::Kith;

/// How many instances listen to what happens to a post.
async fn listeners(kith: &Kith, redis: &Redis, post: &Value) -> u64 {
    let environment = local::environment(&kith.at, kith.secrets()).with("REDIS_URL", redis.url());
    let context = runtime::Context::new("realtime", &environment).unwrap();
    let cache = context.cloud().cache();
    let channel = cache.key(&format!("hub:feed:post:{}", id(post, "postId")));
    let mut ask = cloud::redis::cmd("PUBSUB");
    ask.arg("NUMSUB").arg(channel);
    cache
        .run::<(String, u64)>(&ask)
        .await
        .map_or(0, |(_, count)| count)
}

#[tokio::test]
async fn connections_outlive_redis_and_hear_again_what_was_said_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let mut redis = Redis::start(folder.path()).await.unwrap();
    let (address, url) = (redis.address(), redis.url());
    let kith = Kith::start_with(&[("REDIS_URL", &url)]).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let (post, other) = (ann.posts("first light").await, ann.posts("another").await);
    let mut hub = looking_at(&bob, &post).await;
    ann.comments(&post, "before").await;
    assert_eq!(hub.next("CommentAdded").await["text"], "before");
    assert_eq!(listeners(&kith, &redis, &post).await, 1);

    // a sweep by the clock could send what is left while nobody listens yet
    kith.pause_schedule("posts-outbox-sweep").await;
    redis.kill().await.unwrap();
    let_in(&mut hub).await;
    ann.comments(&post, "meanwhile").await;
    let join = hub.invoke("JoinPostGroup", json!([other["postId"]])).await;
    assert!(join.is_err(), "it would hear nothing");
    negotiate(&bob, "feed").await.expect(503);

    let redis = Redis::start_at(folder.path(), address.port()).await.unwrap();
    kith.until("all is subscribed again", async || {
        listeners(&kith, &redis, &post).await == 1
    })
    .await;
    assert_eq!(
        listeners(&kith, &redis, &other).await,
        0,
        "the failed join is undone"
    );
    kith.until("what was left is sent", async || {
        kith.run_schedule("posts-outbox-sweep").await;
        kith.waiting("posts").await == 0
    })
    .await;
    assert_eq!(
        hub.next("CommentAdded").await["text"],
        "meanwhile",
        "from the outbox"
    );
    hub.invoke("JoinPostGroup", json!([other["postId"]]))
        .await
        .unwrap();
    ann.comments(&other, "after").await;
    assert_eq!(hub.next("CommentAdded").await["text"], "after");
}
