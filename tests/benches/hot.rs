//! `hot`: ten thousand reactions to one post: what is written and told of them, against what one document and one watcher take
//!
//! Everybody reacts once, by a token of their own, so many at a time; three watch. The numbers must come out exact. What is compared is a rate: writes of the
//! post's numbers with one a second, messages to a watcher with four a second. Kith, emulator and Redis share the machine with the driver.

use crate::support::{Outcome, Table, median, print_ratio};
use futures::StreamExt;
use futures::stream::iter;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{HubClient, Kith, Person};

const CROWD: usize = 10_000;
/// How many requests are under way at once.
const AT_ONCE: usize = 200;
const WATCHERS: usize = 3;
/// The emulator pushes 32 messages of a subscription at a time, and each waits up to a second until it is counted.
const PATIENCE: Duration = Duration::from_mins(15);
const KINDS: [&str; 6] = ["like", "love", "haha", "wow", "sad", "angry"];

pub(crate) fn run() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure())
}

#[expect(clippy::cast_precision_loss, reason = "figures")]
async fn measure() -> Outcome {
    let kith = Kith::start_with(&[("COUNTS_APART_MILLISECONDS", "1000")]).await;
    let [ann] = kith.people(["ann"]).await;
    let post = ann.posts("hot").await;
    kith.settled().await;
    let id = post["postId"].as_str().ok_or("no id")?;
    let thing = format!("/api/posts/{id}");
    let expected: Value = KINDS
        .iter()
        .enumerate()
        .map(|(place, kind)| ((*kind).to_owned(), json!((CROWD - place).div_ceil(KINDS.len()))))
        .collect();
    let mut watchers = Vec::new();
    for _ in 0..WATCHERS {
        let mut feed = ann.hub("feed").await;
        feed.invoke("JoinPostGroup", json!([id])).await?;
        watchers.push(tokio::spawn(listen(feed, expected.clone())));
    }
    let crowd: Vec<Person> = (0..CROWD).map(|_| kith.minted("fan", &["user"])).collect();

    let (before, began) = (writes(&kith, id).await, Instant::now());
    let reactions = format!("{thing}/reactions");
    let reactions = reactions.as_str();
    let requests = iter(crowd.iter().enumerate()).map(|(n, person)| async move {
        let asked = Instant::now();
        let body = json!({ "type": KINDS[n % KINDS.len()] });
        person.post(reactions, body).await.expect(201);
        asked.elapsed().as_secs_f64() * 1000.0
    });
    let took: Vec<f64> = requests.buffer_unordered(AT_ONCE).collect().await;
    let answered = began.elapsed().as_secs_f64();
    kith.settled_within(PATIENCE).await;
    let elapsed = began.elapsed().as_secs_f64();

    let shown = ann.get(&thing).await.expect(200);
    if shown["counters"]["reactions"] != expected {
        return Err(format!("{} instead of {expected}", shown["counters"]).into());
    }
    let written = (writes(&kith, id).await - before) as f64 / elapsed;
    let mut told: f64 = 0.0;
    for watcher in watchers {
        let (heard, seconds) = watcher.await?;
        told = told.max(heard as f64 / seconds);
    }
    let mut sorted = took.clone();
    sorted.sort_by(f64::total_cmp);
    let mut table = Table::new(["10,000 reactions", "figure"]);
    table.row("answered within, s", &[answered]);
    table.row("told and counted within, s", &[elapsed]);
    table.row("a reaction, median ms", &[median(&took)]);
    table.row("a reaction, 99 of 100 ms", &[sorted[CROWD * 99 / 100]]);
    table.row("counter writes a second", &[written]);
    table.row("messages a second to a watcher", &[told]);
    table.print();
    print_ratio("hot writes", written, "counter writes a second / 1");
    print_ratio("hot messages", told / 4.0, "messages a second to a watcher / 4");
    Ok(())
}

/// How many messages came until the numbers were `last`, and within how many seconds.
async fn listen(mut feed: HubClient, last: Value) -> (u64, f64) {
    let (began, mut heard) = (Instant::now(), 0);
    loop {
        heard += 1;
        if feed.next("ReactionUpdated").await["counters"]["reactions"] == last {
            return (heard, began.elapsed().as_secs_f64());
        }
    }
}

/// How often the post's numbers were written: each count raises their generation.
async fn writes(kith: &Kith, id: &str) -> u64 {
    let root = format!("projects/{}/databases/(default)/documents", kith.at.project);
    let path = format!("/_emulator/firestore/documents?path={root}/counters/post:{id}");
    let told = kith.emulator(Method::GET, &path, None).await.ok();
    let generation = told["document"]["fields"]["generation"]["integerValue"].as_str();
    generation.and_then(|text| text.parse().ok()).unwrap_or_default()
}
