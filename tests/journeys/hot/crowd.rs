//! A thousand reactions at once. (Ten thousand: `scripts/bench hot`.)

use super::{KINDS, counter_writes, counts};
use futures::StreamExt;
use futures::stream::iter;
use serde_json::json;
use std::time::Instant;
use testkit::{HubClient, Kith, Person};

/// How many react.
const CROWD: usize = 1000;
/// How many requests are under way at once.
const AT_ONCE: usize = 200;

/// Reacts as person `n` of the crowd: every tenth changes their mind once.
async fn react(person: &Person, n: usize, path: &str) {
    if n.is_multiple_of(10) {
        let first = json!({ "type": KINDS[(n + 1) % KINDS.len()] });
        person.post(path, first).await.expect(201);
    }
    let body = json!({ "type": KINDS[n % KINDS.len()] });
    person.post(path, body).await.expect(201);
}

/// Listens until the numbers are `last`; answers how many messages came, and within how many seconds.
async fn listen(mut feed: HubClient, last: serde_json::Value) -> (u64, f64) {
    let began = Instant::now();
    let mut heard = 0;
    loop {
        let told = feed.next("ReactionUpdated").await;
        heard += 1;
        if told["counters"]["reactions"] == last {
            return (heard, began.elapsed().as_secs_f64());
        }
    }
}

#[tokio::test]
async fn a_thousand_reactions_at_once_are_exact_and_cheap() {
    // whose Pub/Sub pushes a few at a time, and each push here waits up to a second for its count
    if testkit::left_out_as("needs a thousand pushes at once") {
        return;
    }
    let kith = Kith::start_with(&[("COUNTS_APART_MILLISECONDS", "1000")]).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let post = ann.posts("hot").await;
    kith.settled().await;
    let id = post["postId"].as_str().unwrap();
    let (thing, subject) = (format!("/api/posts/{id}"), format!("post:{id}"));
    let path = format!("{thing}/reactions");
    let expected = counts(|kind| {
        let all = 0..CROWD;
        all.filter(|n| KINDS[n % KINDS.len()] == kind).count() as u64
    });
    let mut watchers = Vec::new();
    for person in [&ann, &bob] {
        let mut feed = person.hub("feed").await;
        feed.invoke("JoinPostGroup", json!([id])).await.unwrap();
        watchers.push(tokio::spawn(listen(feed, expected.clone())));
    }

    let (before, began) = (counter_writes(&kith, &subject).await, Instant::now());
    let crowd: Vec<Person> = (0..CROWD).map(|_| kith.minted("fan", &["user"])).collect();
    iter(crowd.iter().enumerate())
        .for_each_concurrent(AT_ONCE, |(n, person)| react(person, n, &path))
        .await;
    kith.settled().await;
    let elapsed = began.elapsed().as_secs_f64();

    let shown = kith.nobody().get(&thing).await.expect(200);
    assert_eq!(shown["counters"]["reactions"], expected, "exact");
    let writes = counter_writes(&kith, &subject).await - before;
    assert!(writes >= 1);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let at_most = |number: u64, each_second: f64, seconds: f64| {
        assert!(
            number as f64 <= each_second * seconds + 1.0,
            "{number} in {seconds} s"
        );
    };
    at_most(writes, 1.0, elapsed);
    for watcher in watchers {
        let (heard, seconds) = watcher.await.unwrap();
        at_most(heard, 4.0, seconds);
    }
    println!("{CROWD} reactions in {elapsed:.1} s: {writes} counter writes");
}
