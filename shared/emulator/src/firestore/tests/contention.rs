//! Who waits for whom, and who loses.

use super::*;
use gcloud_sdk::google::firestore::v1::transaction_options::{Mode, ReadWrite};
use gcloud_sdk::google::firestore::v1::{BatchWriteRequest, RollbackRequest};
use std::sync::Arc;

fn x(value: i64) -> [(&'static str, Value); 1] {
    [("x", integer(value))]
}

impl Served {
    /// Waits until that many calls wait for locks.
    async fn wait(&self, calls: usize) {
        while self.emulator.firestore.engine.waiting() != calls {
            tokio::task::yield_now().await;
        }
    }

    fn move_clock(&self, seconds: i64) {
        let clock = &self.emulator.core.clock;
        clock.set_offset(clock.offset_micros() + seconds * 1_000_000);
    }

    async fn rollback(&self, transaction: Vec<u8>) {
        let request = RollbackRequest {
            database: DATABASE.to_owned(),
            transaction,
            ..RollbackRequest::default()
        };
        self.client.clone().rollback(request).await.unwrap();
    }
}

/// A commit that goes on by itself.
fn commits(
    served: &Arc<Served>,
    writes: Vec<Write>,
    transaction: &[u8],
) -> JoinHandle<Result<CommitResponse, Status>> {
    let (served, transaction) = (Arc::clone(served), transaction.to_vec());
    tokio::spawn(async move { served.commit_in(writes, transaction).await })
}

#[tokio::test]
async fn what_a_transaction_has_read_stays_until_it_ends() {
    let served = Arc::new(Served::start().await);
    served
        .commit(vec![set("a/1", &x(1)), set("a/2", &x(1))])
        .await
        .unwrap();
    let transaction = served.begin(None).await;
    assert_eq!(
        served.get_in("a/1", &transaction).await.unwrap().fields["x"],
        integer(1)
    );
    let other = commits(&served, vec![set("a/1", &x(2)), set("a/2", &x(2))], &[]);
    served.wait(1).await;
    assert_eq!(served.get("a/1").await.unwrap().fields["x"], integer(1));
    assert_eq!(
        served.get_in("a/2", &transaction).await.unwrap().fields["x"],
        integer(1)
    );
    let first = served
        .commit_in(vec![set("a/2", &x(5))], transaction.clone())
        .await
        .unwrap();
    let second = other.await.unwrap().unwrap();
    let time = |answer: CommitResponse| answer.commit_time.map(|time| (time.seconds, time.nanos));
    assert!(time(first) < time(second));
    assert_eq!(served.get("a/2").await.unwrap().fields["x"], integer(2));
    let again = served.commit_in(vec![set("a/3", &[])], transaction).await;
    assert_eq!(code(again), Code::InvalidArgument);
}

#[tokio::test]
async fn a_document_that_is_not_there_is_locked_too() {
    let served = Arc::new(Served::start().await);
    let transaction = served.begin(None).await;
    assert_eq!(code(served.get_in("a/1", &transaction).await), Code::NotFound);
    let other = commits(&served, vec![set("a/1", &x(2))], &[]);
    served.wait(1).await;
    assert_eq!(code(served.get_in("a/1", &transaction).await), Code::NotFound);
    served.rollback(transaction).await;
    assert!(other.await.unwrap().is_ok());
}

#[tokio::test]
async fn nothing_comes_into_a_range_that_was_queried() {
    let served = Arc::new(Served::start().await);
    served.commit(vec![set("a/1", &[])]).await.unwrap();
    let transaction = served.begin(None).await;
    assert_eq!(served.count_in("a", &transaction).await, 1);
    let other = commits(&served, vec![set("a/2", &[])], &[]);
    served.wait(1).await;
    served.commit(vec![set("b/1", &[])]).await.unwrap();
    assert_eq!(served.count_in("a", &transaction).await, 1);
    served.rollback(transaction).await;
    assert!(other.await.unwrap().is_ok());
}

#[tokio::test]
async fn of_two_transactions_that_wait_for_each_other_the_younger_is_aborted() {
    let served = Arc::new(Served::start().await);
    served.commit(vec![set("a/1", &x(0))]).await.unwrap();
    let (elder, younger) = (served.begin(None).await, served.begin(None).await);
    for transaction in [&elder, &younger] {
        served.get_in("a/1", transaction).await.unwrap();
    }
    let first = commits(&served, vec![set("a/1", &x(1))], &younger);
    served.wait(1).await;
    assert_eq!(
        code(served.commit_in(vec![set("a/1", &x(2))], elder).await),
        Code::Ok
    );
    assert_eq!(code(first.await.unwrap()), Code::Aborted);
    assert_eq!(code(served.get_in("a/1", &younger).await), Code::InvalidArgument);
    let retried = Some(Mode::ReadWrite(ReadWrite {
        retry_transaction: younger,
        ..ReadWrite::default()
    }));
    let retried = served.begin(retried).await;
    assert_eq!(
        served.get_in("a/1", &retried).await.unwrap().fields["x"],
        integer(2)
    );
    assert_eq!(
        code(served.commit_in(vec![set("a/1", &x(3))], retried).await),
        Code::Ok
    );
}

#[tokio::test]
async fn who_waits_too_long_is_aborted() {
    let served = Arc::new(Served::start().await);
    let transaction = served.begin(None).await;
    assert_eq!(served.count_in("a", &transaction).await, 0);
    let other = commits(&served, vec![set("a/1", &[])], &[]);
    served.wait(1).await;
    served.move_clock(21);
    assert_eq!(code(other.await.unwrap()), Code::Aborted);
    let batch = BatchWriteRequest {
        database: DATABASE.to_owned(),
        writes: vec![set("a/1", &[])],
        ..BatchWriteRequest::default()
    };
    let mut client = served.client.clone();
    let batch = tokio::spawn(async move { client.batch_write(batch).await });
    served.wait(1).await;
    assert_eq!(served.count_in("a", &transaction).await, 0);
    served.move_clock(21);
    assert_eq!(code(batch.await.unwrap()), Code::Aborted);
    assert_eq!(
        code(served.commit_in(vec![set("a/1", &[])], transaction).await),
        Code::Ok
    );
}

#[tokio::test]
async fn a_forgotten_transaction_keeps_nobody_waiting() {
    let served = Arc::new(Served::start().await);
    let transaction = served.begin(None).await;
    assert_eq!(served.count_in("a", &transaction).await, 0);
    served.move_clock(55);
    let other = commits(&served, vec![set("a/1", &[])], &[]);
    served.wait(1).await;
    served.move_clock(6);
    assert!(other.await.unwrap().is_ok());
    assert_eq!(
        code(served.commit_in(vec![], transaction).await),
        Code::InvalidArgument
    );
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_its_place() {
    let served = Arc::new(Served::start().await);
    let transaction = served.begin(None).await;
    assert_eq!(served.count_in("a", &transaction).await, 0);
    let gone = commits(&served, vec![set("a/1", &[])], &[]);
    served.wait(1).await;
    gone.abort();
    served.wait(0).await;
    let next = commits(&served, vec![set("a/1", &[]), set("b/1", &[])], &[]);
    served.wait(1).await;
    served.rollback(transaction).await;
    assert!(next.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_refused_commit_ends_its_transaction_but_a_malformed_one_does_not() {
    let served = Served::start().await;
    let transaction = served.begin(None).await;
    served.commit(vec![set("a/1", &x(1))]).await.unwrap();
    let malformed = served
        .commit_in(vec![set("a/__x__", &[])], transaction.clone())
        .await;
    assert_eq!(code(malformed), Code::InvalidArgument);
    assert!(served.get_in("a/1", &transaction).await.is_ok());
    let refused = vec![when(set("a/1", &[]), ConditionType::Exists(false))];
    assert_eq!(
        code(served.commit_in(refused, transaction.clone()).await),
        Code::AlreadyExists
    );
    assert_eq!(
        code(served.get_in("a/1", &transaction).await),
        Code::InvalidArgument
    );
}
