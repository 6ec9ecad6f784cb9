//! Redis goes, and comes back empty: a timeline is merged on read, and made again.

use super::{flush, say, texts};
use local::Redis;
use testkit::Kith;

#[tokio::test]
async fn without_redis_timelines_are_merged_on_read_and_afterwards_made_again() {
    if testkit::left_out() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut redis = Redis::start(folder.path()).await.unwrap();
    let port = redis.address().port();
    let kith = Kith::start_with(&[("REDIS_URL", &redis.url())]).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    kith.settled().await;
    bob.follows(&ann).await;
    say(&ann, "one", "public").await;
    kith.settled().await;
    assert_eq!(texts(&bob.all("/api/feed").await), ["one"]);
    flush(&redis).await;
    say(&ann, "two", "public").await;
    assert_eq!(texts(&bob.all("/api/feed?limit=1").await), ["two", "one"]);

    redis.kill().await.unwrap();
    say(&ann, "three", "public").await;
    assert_eq!(
        texts(&bob.all("/api/feed?limit=2").await),
        ["three", "two", "one"],
        "merged on read"
    );
    let _redis = Redis::start_at(folder.path(), port).await.unwrap();
    kith.until("Redis is used again", async || {
        bob.get("/api/feed?limit=1").await.ok();
        let page = bob.get("/api/feed?limit=1").await;
        page.cost("reads") < 8
    })
    .await;
    say(&ann, "four", "public").await;
    assert_eq!(
        texts(&bob.all("/api/feed?limit=3").await),
        ["four", "three", "two", "one"]
    );
}
