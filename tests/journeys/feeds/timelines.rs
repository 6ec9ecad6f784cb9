//! What a timeline that is kept in Redis costs, and what becomes of it.

use super::{fan_out, path, say, texts, unfollows};
use serde_json::{Value, json};
use testkit::{Kith, Person};

/// Somebody who follows `ann`, and read their feed, so that it is kept.
async fn reader(kith: &Kith, name: &'static str, ann: &Person) -> Person {
    let [reader] = kith.people([name]).await;
    kith.settled().await;
    reader.follows(ann).await;
    reader.all("/api/feed").await;
    reader
}

#[tokio::test]
async fn a_kept_timeline_reads_what_it_shows() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    for n in 0..30 {
        say(&ann, &format!("{n}"), "public").await;
    }
    let bob = reader(&kith, "bob", &ann).await;
    kith.settled().await;
    // once, so that everything is kept that is
    bob.get("/api/feed?limit=10").await.expect(200);
    let page = bob.get("/api/feed?limit=10").await;
    // eleven posts, and ten of the viewer's reactions; nothing of lists
    assert!(page.cost("reads") <= 11 + 10 * 3, "{} reads", page.cost("reads"));
    let again = bob.get("/api/feed?limit=10").await;
    assert_eq!(again.cost("reads"), page.cost("reads"));
    assert_eq!((again.cost("writes"), again.cost("published")), (0, 0));
    let second = again.body["nextCursor"].as_str().unwrap().to_owned();
    let deeper = bob.get(&format!("/api/feed?limit=10&cursor={second}")).await;
    assert!(
        deeper.cost("reads") <= 11 + 10 * 3,
        "{} reads",
        deeper.cost("reads")
    );
}

#[tokio::test]
async fn a_new_post_is_put_into_timelines_page_by_page() {
    let kith = Kith::start_with(&[("FAN_OUT_PAGE", "2")]).await;
    let [ann] = kith.people(["ann"]).await;
    let mut readers = Vec::new();
    for name in ["bob", "cid", "dan", "eve", "fay"] {
        readers.push(reader(&kith, name, &ann).await);
    }
    kith.settled().await;
    let post = say(&ann, "first light", "public").await;
    kith.settled().await;
    let pages = kith.published("feed", "feed.fan_out").await;
    assert_eq!(pages.len(), 3, "two followers a page: {pages:?}");
    assert!(pages.iter().all(|page| page["postId"] == post["postId"]));
    for reader in &readers {
        assert_eq!(texts(&reader.all("/api/feed").await), ["first light"]);
    }
    say(&ann, "for herself", "private").await;
    kith.settled().await;
    assert_eq!(
        kith.published("feed", "feed.fan_out").await.len(),
        3,
        "nobody is told"
    );
    assert_eq!(texts(&ann.all("/api/feed").await), ["for herself", "first light"]);
}

#[tokio::test]
async fn above_the_threshold_nothing_is_sent_out_and_everything_is_seen_at_once() {
    let kith = Kith::start_with(&[("FAN_OUT_FOLLOWERS", "1")]).await;
    let [ann] = kith.people(["ann"]).await;
    let bob = reader(&kith, "bob", &ann).await;
    let cid = reader(&kith, "cid", &ann).await;
    kith.settled().await;
    for n in 0..3 {
        say(&ann, &format!("{n}"), "followers").await;
        assert_eq!(texts(&bob.all("/api/feed").await)[0], format!("{n}"));
    }
    kith.settled().await;
    assert!(kith.published("feed", "feed.fan_out").await.is_empty());
    for reader in [&bob, &cid] {
        assert_eq!(texts(&reader.all("/api/feed?limit=1").await), ["2", "1", "0"]);
    }
    // more than are remembered of one author: timelines are built anew
    for n in 3..110 {
        say(&ann, &format!("{n}"), "public").await;
    }
    assert_eq!(bob.all("/api/feed?limit=50").await.len(), 110);
    unfollows(&bob, &ann).await;
    assert!(bob.all("/api/feed").await.is_empty());
}

#[tokio::test]
async fn a_lost_task_leaves_no_gap() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let bob = reader(&kith, "bob", &ann).await;
    kith.settled().await;
    let tasks = fan_out(&kith);
    tasks.hold().await;
    for text in ["one", "two", "three"] {
        say(&ann, text, "public").await;
    }
    assert_eq!(
        texts(&bob.all("/api/feed").await),
        ["three", "two", "one"],
        "before the task"
    );
    kith.until("three tasks wait", async || {
        kith.published("feed", "feed.fan_out").await.len() == 3
    })
    .await;
    tasks.lose().await;
    tasks.release().await;
    kith.settled().await;
    say(&ann, "four", "public").await;
    kith.settled().await;
    for limit in [1, 2, 20] {
        let walked = bob.all(&format!("/api/feed?limit={limit}")).await;
        assert_eq!(texts(&walked), ["four", "three", "two", "one"]);
    }
}

#[tokio::test]
async fn what_is_deleted_or_unfollowed_is_gone_at_once_and_pages_stay_full() {
    let kith = Kith::start().await;
    let [ann, cid] = kith.people(["ann", "cid"]).await;
    let bob = reader(&kith, "bob", &ann).await;
    bob.follows(&cid).await;
    bob.all("/api/feed").await;
    kith.settled().await;
    let mut posts: Vec<Value> = Vec::new();
    for n in 0..12 {
        let author = if n % 2 == 0 { &ann } else { &cid };
        posts.push(say(author, &format!("{n}"), "public").await);
    }
    kith.settled().await;
    assert_eq!(bob.all("/api/feed").await.len(), 12);
    ann.delete(&path(&posts[10])).await.expect(204);
    cid.delete(&path(&posts[7])).await.expect(204);
    let page = bob.get("/api/feed?limit=4").await.expect(200);
    assert_eq!(texts(page["items"].as_array().unwrap()), ["11", "9", "8", "6"]);
    unfollows(&bob, &cid).await;
    let page = bob.get("/api/feed?limit=4").await.expect(200);
    assert_eq!(texts(page["items"].as_array().unwrap()), ["8", "6", "4", "2"]);
    // what was posted while they did not follow is there when they follow again
    let missed = say(&cid, "missed", "followers").await;
    kith.settled().await;
    bob.follows(&cid).await;
    let page = bob.get("/api/feed?limit=2").await.expect(200);
    assert_eq!(page["items"][0]["postId"], missed["postId"]);
    assert_eq!(bob.all("/api/feed?limit=3").await.len(), 11);
}

#[tokio::test]
async fn a_message_that_comes_again_long_after_shows_nothing_twice() {
    let kith = Kith::start().await;
    let [ann] = kith.people(["ann"]).await;
    let bob = reader(&kith, "bob", &ann).await;
    kith.settled().await;
    kith.shuffle(3, testkit::seed()).await;
    for n in 0..5 {
        say(&ann, &format!("{n}"), "public").await;
    }
    kith.settled().await;
    assert_eq!(texts(&bob.all("/api/feed").await), ["4", "3", "2", "1", "0"]);
    assert_eq!(bob.get("/api/feed").await.body["nextCursor"], json!(null));
}
