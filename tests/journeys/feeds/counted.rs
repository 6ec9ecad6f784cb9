//! What reading and posting cost does not depend on how much there is: counted, not timed.

use super::{flush, say};
use local::Redis;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Instant;
use testkit::{Answer, Kith, Load, Loaded, Person, id_of};

/// 2026-01-01, in milliseconds.
const NEW_YEAR: i64 = 1_767_225_600_000;

/// What is compared of a request.
const OPERATIONS: [&str; 4] = ["reads", "writes", "redis", "published"];

fn cost(answer: &Answer) -> [u64; 4] {
    assert!(answer.status < 300, "{}", answer.body);
    OPERATIONS.map(|operation| answer.cost(operation))
}

/// From now on posts and edges have only the indexes that these stories ask: loading them takes a fifth of the time.
async fn with_few_indexes(kith: &Kith) {
    let mut all: Value =
        serde_json::from_str(include_str!("../../../firestore.indexes.json")).expect("indexes");
    let asked = [
        ["authorId", "createdAt", ""],
        ["authorId", "shared", "createdAt"],
        ["followerId", "state", "createdAt"],
        ["followeeId", "state", "createdAt"],
        ["followeeId", "state", "notify"],
    ];
    let indexes = all["indexes"].as_array_mut().expect("a list");
    indexes.retain(|index| {
        let field = |n: usize| index["fields"][n]["fieldPath"].as_str().unwrap_or_default();
        let loaded = ["posts", "edges"]
            .map(Value::from)
            .contains(&index["collectionGroup"]);
        !loaded || asked.contains(&[field(0), field(1), field(2)])
    });
    let none = [
        "postId",
        "username",
        "labels",
        "visibility",
        "shared",
        "shard",
        "version",
    ]
    .map(|field| ("posts", field));
    let none = none
        .into_iter()
        .chain(["followerId", "followeeId", "state"].map(|field| ("edges", field)));
    let overrides = all["fieldOverrides"].as_array_mut().expect("a list");
    for (collection, field) in none {
        let index = json!({ "collectionGroup": collection, "fieldPath": field, "indexes": [] });
        if !overrides.contains(&index) {
            overrides.push(index);
        }
    }
    let body = json!({ "project": kith.at.project, "indexes": all });
    kith.emulator(Method::PUT, "/_emulator/firestore/indexes", Some(body))
        .await
        .ok();
}

fn somebody(name: &str) -> String {
    id_of(name).to_string()
}

/// The cost of a first page when nothing is kept, when the timeline is, of the second page, and of one far behind what is kept.
async fn home(reader: &Person) -> [[u64; 4]; 4] {
    let cold = reader.get("/api/feed").await;
    let warm = reader.get("/api/feed").await;
    let cursor = warm.body["nextCursor"].as_str().expect("more").to_owned();
    let second = reader.get(&format!("/api/feed?cursor={cursor}")).await;
    let mut cursor = cursor;
    for _ in 0..9 {
        let page = reader.get(&format!("/api/feed?limit=100&cursor={cursor}")).await;
        page.body["nextCursor"]
            .as_str()
            .expect("more")
            .clone_into(&mut cursor);
    }
    let far = reader.get(&format!("/api/feed?cursor={cursor}")).await;
    [cold, warm, second, far].map(|answer| cost(&answer))
}

#[tokio::test]
async fn a_home_timeline_costs_the_same_however_many_posts_there_are() {
    if testkit::left_out() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let redis = Redis::start(folder.path()).await.expect("Redis starts");
    let kith = Kith::start_with(&[("REDIS_URL", &redis.url())]).await;
    with_few_indexes(&kith).await;
    let load = Load::into(kith.at.emulator, &kith.at.project).await;
    let authors: Vec<String> = (0..40).map(|n| somebody(&format!("author {n}"))).collect();
    let profiles = authors.iter().zip(0..);
    load.store(profiles.map(|(author, n)| Loaded::profile(author, &format!("author_{n}"))))
        .await;
    let mut stored = 0_u64;
    let mut costs = Vec::new();
    for size in [1_000_u64, 10_000, 100_000] {
        let began = Instant::now();
        // each author has every fortieth post; what is loaded later is older
        let posts = (stored..size).map(|n| {
            let author = &authors[usize::try_from(n).expect("few") % authors.len()];
            Loaded::post(author, n, NEW_YEAR - i64::try_from(n).expect("few") * 1000)
        });
        load.store(posts).await;
        stored = size;
        println!("{size} posts are stored after {:?}", began.elapsed());
        // somebody new each time, who follows all of them
        let [reader] = kith.people([["one", "two", "six"][costs.len()]]).await;
        kith.settled().await;
        let follows = authors
            .iter()
            .zip(1..)
            .map(|(author, n)| Loaded::follow(&reader.user_id, author, NEW_YEAR + n));
        load.store(follows).await;
        flush(&redis).await;
        costs.push(home(&reader).await);
    }
    println!("reads, writes, Redis commands, messages of cold, warm, second and far page: {costs:?}");
    assert_eq!(costs[0], costs[1], "1,000 and 10,000 posts");
    assert_eq!(costs[1], costs[2], "10,000 and 100,000 posts");
}

#[tokio::test]
async fn a_post_costs_the_same_however_many_follow() {
    if testkit::left_out() {
        return;
    }
    let kith = Kith::start().await;
    with_few_indexes(&kith).await;
    let load = Load::into(kith.at.emulator, &kith.at.project).await;
    let [ann, bob, cid] = kith.people(["ann", "bob", "cid"]).await;
    kith.settled().await;
    let mut costs = Vec::new();
    for (author, followers) in [(&ann, 10_i64), (&bob, 1_000), (&cid, 100_000)] {
        let edges = (0..followers)
            .map(|n| Loaded::follow(&somebody(&format!("follower {n}")), &author.user_id, NEW_YEAR + n));
        load.store(edges.chain([Loaded::followers(&author.user_id, followers)]))
            .await;
        let first = say(author, "so that everything is kept that is", "public").await;
        assert_eq!(first["visibility"], "public");
        kith.settled().await;
        let before = kith.published("feed", "feed.fan_out").await.len();
        let answer = author.post("/api/posts", json!({ "text": "words" })).await;
        costs.push(cost(&answer));
        kith.settled().await;
        let pages = kith.published("feed", "feed.fan_out").await.len() - before;
        // a message for each page of five hundred, and one that finds the end of a full page; none above the threshold
        let expected = match followers {
            10 => 1,
            1_000 => 3,
            _ => 0,
        };
        assert_eq!(pages, expected, "{followers} followers");
    }
    println!("reads, writes, Redis commands, messages of a post: {costs:?}");
    assert_eq!(costs[0], costs[1]);
    assert_eq!(costs[1], costs[2]);
}
