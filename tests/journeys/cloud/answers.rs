//! Answers kept for a replay.

use super::{Bench, COMMIT, ITEMS, item};
use cloud::operations::counted;
use cloud::{Cloud, Error, IdempotencyKey, Replayable, Result, StoredAnswer};
use contracts::{Refusal, UserId};
use futures::future::join_all;
use std::collections::BTreeSet;
use std::time::Duration;

/// An answer with a text.
#[derive(Debug, Clone, PartialEq)]
struct Said(String);

impl Replayable for Said {
    fn store(&self) -> std::result::Result<StoredAnswer, serde_json::Error> {
        Ok(StoredAnswer {
            status: 201,
            headers: Vec::new(),
            body: self.0.clone(),
        })
    }

    fn replay(stored: StoredAnswer) -> Self {
        Self(stored.body)
    }
}

fn key(fingerprint: &str) -> IdempotencyKey {
    IdempotencyKey {
        id: "k".to_owned(),
        fingerprint: fingerprint.to_owned(),
        caller: UserId::from_bytes([1; 16]),
    }
}

/// A request: makes a document with a random id and answers that, unless it was made before.
async fn request(cloud: &Cloud, fingerprint: &str) -> Result<Said> {
    let key = key(fingerprint);
    if let Some(first) = cloud.earlier_answer(&key).await? {
        return Ok(Said::replay(first));
    }
    made(cloud, &key, uuid::Uuid::new_v4().to_string()).await
}

async fn made(cloud: &Cloud, key: &IdempotencyKey, id: String) -> Result<Said> {
    let commit = cloud.commit().create(ITEMS, &item(&id[..id.len().min(36)], 0));
    commit.answer(Some(key), Said(id)).await
}

async fn documents(cloud: &Cloud) -> u64 {
    cloud.documents().count(ITEMS.query()).await.unwrap()
}

#[tokio::test]
async fn the_same_request_again_gets_the_first_answer_for_one_read() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    let (first, cost) = counted(request(&cloud, "f")).await;
    assert_eq!(cost.to_string(), "reads=1,writes=2,deletes=0,redis=0,published=0");
    let (again, cost) = counted(request(&cloud, "f")).await;
    assert_eq!(cost.to_string(), "reads=1,writes=0,deletes=0,redis=0,published=0");
    assert_eq!(again.unwrap(), first.unwrap());
    let reused = request(&cloud, "another").await;
    assert!(
        matches!(&reused, Err(Error::Refused(Refusal::Unprocessable { code, .. })) if *code == "idempotency_key_reused"),
        "{reused:?}"
    );
    assert_eq!(documents(&cloud).await, 1);
}

#[tokio::test]
async fn of_many_at_once_one_happens_and_all_get_its_answer_with_or_without_redis() {
    let bench = Bench::start().await;
    let instances: Vec<Cloud> = (0..12)
        .map(|n| {
            if n % 2 == 0 {
                bench.cloud()
            } else {
                bench.without_redis()
            }
        })
        .collect();
    // all of them are past the look: the record in the commit decides
    let each = instances.iter().map(made_now);
    let answers: BTreeSet<String> = join_all(each)
        .await
        .into_iter()
        .map(|said| said.unwrap().0)
        .collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(documents(&instances[0]).await, 1);
}

async fn made_now(cloud: &Cloud) -> Result<Said> {
    made(cloud, &key("f"), uuid::Uuid::new_v4().to_string()).await
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_again() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    for after in [true, false] {
        bench.fault(COMMIT, "unavailable", 1, after).await;
    }
    let first = request(&cloud, "f").await.unwrap();
    assert_eq!(request(&cloud, "f").await.unwrap(), first);
    assert_eq!(documents(&cloud).await, 1);
}

#[tokio::test]
async fn after_a_day_the_key_is_free_again() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    let first = request(&cloud, "f").await.unwrap();
    bench.pass(Duration::from_millis(24 * 3_600_000 - 1));
    assert_eq!(request(&cloud, "f").await.unwrap(), first);
    bench.pass(Duration::from_millis(1));
    let (second, cost) = counted(request(&cloud, "another")).await;
    let second = second.unwrap();
    assert_ne!(second, first);
    assert_eq!((cost.reads, cost.writes, cost.deletes), (1, 2, 1));
    assert_eq!(request(&cloud, "another").await.unwrap(), second);
    assert_eq!(documents(&cloud).await, 2);
}

#[tokio::test]
async fn many_at_once_over_an_expired_record_are_as_many_over_none() {
    let bench = Bench::start().await;
    let instances: Vec<Cloud> = (0..8).map(|_| bench.cloud()).collect();
    request(&instances[0], "f").await.unwrap();
    bench.pass(Duration::from_hours(25));
    let looked = join_all(instances.iter().map(|cloud| request(cloud, "f"))).await;
    let answers: BTreeSet<String> = looked.into_iter().map(|said| said.unwrap().0).collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(documents(&instances[0]).await, 2);
    // those who are past the look meet an expired record in the commit itself
    bench.pass(Duration::from_hours(25));
    let blind = join_all(instances.iter().map(made_now)).await;
    let answers: BTreeSet<String> = blind.into_iter().map(|said| said.unwrap().0).collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(documents(&instances[0]).await, 3);
}

#[tokio::test]
async fn a_large_answer_is_given_and_not_kept() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    let kept = format!("{:036}{}", 1, "x".repeat(64 * 1024 - 36));
    let large = format!("{:036}{}", 2, "x".repeat(64 * 1024 - 35));
    for (id, text, stays) in [("small", kept, true), ("large", large, false)] {
        let key = IdempotencyKey {
            id: id.to_owned(),
            fingerprint: "f".to_owned(),
            caller: UserId::from_bytes([1; 16]),
        };
        let said = made(&cloud, &key, text.clone()).await.unwrap();
        assert_eq!(said.0, text);
        assert_eq!(cloud.earlier_answer(&key).await.unwrap().is_some(), stays, "{id}");
    }
}
