//! Rate limits, as a client meets them.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{Answer, Kith, Person};

/// Limits so low that tests meet them.
const LOW: (&str, &str) = ("RATE_LIMITS", "read=4:6 write=5:6 auth=1000:3 upload=2:6");
/// An address where no Redis is.
const NO_REDIS: (&str, &str) = ("REDIS_URL", "redis://127.0.0.1:1");

/// How many were not refused.
fn through(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status != 429).count()
}

/// As many came through as `tokens` that were there: more only on a machine that stands still, where one comes back each `refill` since `since`.
fn assert_through(tokens: usize, refill: Duration, since: Instant, answers: &[Answer]) {
    let through = through(answers);
    let most = most(tokens, refill, since);
    assert!(
        (tokens..=most).contains(&through),
        "{through} instead of {tokens} to {most}"
    );
}

fn most(tokens: usize, refill: Duration, since: Instant) -> usize {
    let back = since.elapsed().as_millis() / refill.as_millis();
    tokens + usize::try_from(back).unwrap()
}

async fn wrong_login(from: &Person) -> Answer {
    let login = json!({ "identifier": "nobody", "password": "wrong password" });
    from.post("/api/auth/login", login).await
}

#[tokio::test]
async fn a_person_may_send_so_many_and_is_told() {
    let kith = Kith::start_with(&[LOW]).await;
    let [ann, bob] = kith.people(["ann", "bob"]).await;
    let since = Instant::now();
    let first = ann.get("/api/profiles/me").await;
    let policy = "\"read-user\";q=4;w=60, \"read-address\";q=6;w=60";
    assert_eq!(first.headers["ratelimit-policy"], policy);
    let limit = &first.headers["ratelimit"];
    assert!(
        limit.starts_with("\"read-user\";r=3;t=15, \"read-address\";r=5;t="),
        "{limit}"
    );

    let answers = join_all((0..20).map(|_| ann.get("/api/profiles/me"))).await;
    // four of a person's own, all at once or not
    assert_through(3, Duration::from_secs(15), since, &answers);
    let refused = answers.into_iter().find(|answer| answer.status == 429).unwrap();
    let wait: u64 = refused.headers["retry-after"].parse().unwrap();
    assert!((1..=16).contains(&wait), "{wait} s");
    assert!(refused.headers["ratelimit"].contains("\"read-user\";r=0"));
    refused.problem(429, "too_many_requests");

    // another class has buckets of its own, and so have other people, until their address has none
    ann.posts("still here").await;
    let answers = join_all((0..20).map(|_| bob.get("/api/profiles/me"))).await;
    assert!(through(&answers) <= most(4, Duration::from_secs(15), since));
}

#[tokio::test]
async fn an_address_may_send_so_many_whoever_it_is() {
    let kith = Kith::start_with(&[LOW]).await;
    let (nobody, since) = (kith.nobody(), Instant::now());
    let answers = join_all((0..20).map(|_| nobody.get("/api/feed?scope=global"))).await;
    assert_through(6, Duration::from_secs(10), since, &answers);
    // what is not limited: keys, and the health of the process
    for path in ["/.well-known/jwks.json", "/health/live"] {
        let answer = nobody.request(Method::GET, path);
        let answer = nobody.send(answer).await;
        assert_eq!(answer.headers.get("ratelimit"), None, "{path}");
    }
}

#[tokio::test]
async fn guesses_are_few() {
    let kith = Kith::start_with(&[LOW]).await;
    let (nobody, since) = (kith.nobody(), Instant::now());
    let answers = join_all((0..9).map(|_| wrong_login(&nobody))).await;
    assert_through(3, Duration::from_secs(20), since, &answers);
}

#[tokio::test]
async fn without_redis_people_go_on_and_guesses_are_still_few() {
    let kith = Kith::start_with(&[LOW, NO_REDIS]).await;
    let since = Instant::now();
    let [ann] = kith.people(["ann"]).await;
    for _ in 0..9 {
        ann.posts("words").await;
        assert_eq!(ann.get("/api/profiles/me").await.headers.get("ratelimit"), None);
    }
    let nobody = kith.nobody();
    let answers = join_all((0..9).map(|_| wrong_login(&nobody))).await;
    // the registration was the first of three
    assert_through(2, Duration::from_secs(20), since, &answers);
}
