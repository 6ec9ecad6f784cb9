//! One at a time, also when a holder sleeps too long.

use super::{Bench, ITEMS, item};
use cloud::operations::counted;
use cloud::{Cloud, Error, Lock};
use contracts::Refusal;
use futures::future::join_all;
use std::time::Duration;

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(30);

async fn acquired(cloud: &Cloud, ttl: Duration) -> Option<Lock> {
    cloud.locks().acquire("sweep", ttl).await.unwrap()
}

/// Waits until the lock is free.
async fn acquired_at_last(cloud: &Cloud) -> Lock {
    loop {
        if let Some(lock) = acquired(cloud, LONG).await {
            return lock;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn writes(cloud: &Cloud, lock: &Lock, id: &str) -> Result<(), Error> {
    cloud.commit().fenced(lock).put(ITEMS, &item(id, 0)).await
}

fn lost(outcome: &Result<(), Error>) -> bool {
    matches!(outcome, Err(Error::Refused(Refusal::Conflict { code, .. })) if *code == "lock_lost")
}

#[tokio::test]
async fn one_of_many_has_it_and_the_next_one_after() {
    let bench = Bench::start().await;
    let instances: Vec<Cloud> = (0..8).map(|_| bench.cloud()).collect();
    let held: Vec<Lock> = join_all(instances.iter().map(|cloud| acquired(cloud, LONG)))
        .await
        .into_iter()
        .flatten()
        .collect();
    let [lock] = held.as_slice() else {
        panic!("{} have it", held.len())
    };
    assert!(lock.renew(LONG).await.unwrap());
    assert!(acquired(&instances[0], LONG).await.is_none());
    // as often as one likes: the fence is as it was
    for id in ["a", "b"] {
        writes(&instances[1], lock, id).await.unwrap();
    }
    let token = lock.token();
    assert!(lock.clone().release().await.unwrap());
    assert!(!lock.clone().release().await.unwrap(), "it is nobody's any more");
    let (next, cost) = counted(acquired(&instances[2], LONG)).await;
    assert!(next.unwrap().token() > token);
    assert_eq!(cost.to_string(), "reads=2,writes=1,deletes=0,redis=1,published=0");
}

#[tokio::test]
async fn a_holder_who_slept_cannot_write_and_takes_nothing_from_the_next() {
    let bench = Bench::start().await;
    let (early, late) = (bench.cloud(), bench.cloud());
    let paused = acquired(&early, SHORT).await.unwrap();
    let next = acquired_at_last(&late).await;
    assert!(next.token() > paused.token());
    writes(&late, &next, "next").await.unwrap();
    let outcome = writes(&early, &paused, "paused").await;
    assert!(lost(&outcome), "{outcome:?}");
    assert!(early.documents().get(ITEMS, "paused").await.unwrap().is_none());
    assert!(!paused.renew(LONG).await.unwrap());
    assert!(!paused.release().await.unwrap());
    assert!(
        acquired(&early, LONG).await.is_none(),
        "the next one has it still"
    );
    writes(&late, &next, "again").await.unwrap();
}

#[tokio::test]
async fn a_redis_that_forgot_lets_two_in_and_the_later_one_writes() {
    let bench = Bench::start().await;
    let (early, late) = (bench.cloud(), bench.cloud());
    let first = acquired(&early, LONG).await.unwrap();
    let mut forget = cloud::redis::cmd("DEL");
    forget.arg(early.cache().key("lock:bench:sweep"));
    assert_eq!(early.cache().run::<u32>(&forget).await.unwrap(), 1);
    let second = acquired(&late, LONG).await.unwrap();
    assert!(lost(&writes(&early, &first, "a").await));
    writes(&late, &second, "b").await.unwrap();
}

#[tokio::test]
async fn without_redis_nobody_has_it() {
    let bench = Bench::start().await;
    let outcome = bench.without_redis().locks().acquire("sweep", LONG).await;
    assert!(matches!(outcome, Err(Error::Unavailable { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_lease_costs_a_command_and_is_given_back_by_its_holder_only() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    let (lease, cost) = counted(cloud.locks().lease("l", SHORT)).await;
    assert_eq!(cost.to_string(), "reads=0,writes=0,deletes=0,redis=1,published=0");
    let lease = lease.unwrap().unwrap();
    let next = loop {
        if let Some(next) = cloud.locks().lease("l", LONG).await.unwrap() {
            break next;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert!(!lease.release().await.unwrap());
    assert!(cloud.locks().lease("l", LONG).await.unwrap().is_none());
    assert!(next.release().await.unwrap());
}
