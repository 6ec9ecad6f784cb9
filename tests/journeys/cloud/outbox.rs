//! The outbox and its sweep: nothing is lost, little is repeated, whoever sweeps.

use super::{Bench, DUE, Happened, ITEMS, case, item};
use cloud::operations::counted;
use cloud::{Cloud, Swept};
use contracts::SessionId;
use futures::future::join_all;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;

/// Commits so many events beside documents; answers when all commits have returned.
async fn commit(cloud: &Cloud, numbers: std::ops::Range<u32>) {
    let each = numbers.map(|number| async move {
        let document = item(format!("{number}-{}", uuid::Uuid::new_v4()), 0);
        cloud
            .commit()
            .create(ITEMS, &document)
            .emit(&Happened { number })
            .await
            .unwrap();
    });
    join_all(each).await;
}

#[tokio::test]
async fn a_sweep_with_nothing_to_do_reads_once_a_shard() {
    let bench = Bench::start().await;
    let (swept, cost) = counted(bench.cloud().outbox().sweep()).await;
    assert_eq!(swept.unwrap(), Swept::default());
    assert_eq!(cost.to_string(), "reads=4,writes=0,deletes=0,redis=0,published=0");
}

#[tokio::test]
async fn what_is_sent_at_once_costs_a_write_and_a_delete_and_leaves_nothing() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    let work = cloud
        .commit()
        .create(ITEMS, &item("a", 0))
        .emit(&Happened { number: 1 })
        .emit(&Happened { number: 2 });
    let (done, cost) = counted(async { work.await }).await;
    done.unwrap();
    assert_eq!(cost.to_string(), "reads=0,writes=2,deletes=1,redis=0,published=2");
    assert_eq!(cloud.outbox().waiting().await.unwrap(), 0);
    bench.pass(DUE * 100);
    assert_eq!(cloud.outbox().sweep().await.unwrap(), Swept::default());
    assert_eq!(bench.published().await.len(), 2);
}

#[tokio::test]
async fn two_sweeps_at_once_send_what_a_crash_left_each_once() {
    let bench = Bench::start().await;
    commit(&bench.without_pubsub(), 0..30).await;
    let (one, other) = (bench.cloud(), bench.cloud());
    assert_eq!(one.outbox().waiting().await.unwrap(), 30);
    assert_eq!(
        one.outbox().sweep().await.unwrap(),
        Swept::default(),
        "not due yet"
    );
    bench.pass(DUE);
    let (one, other) = (one.outbox(), other.outbox());
    let ((first, second), cost) = counted(futures::future::join(one.sweep(), other.sweep())).await;
    let mut swept = first.unwrap();
    swept += second.unwrap();
    assert_eq!(swept, Swept { sent: 30, left: 0 });
    let published = bench.published().await;
    assert_eq!(published.len(), 30);
    assert_eq!(published.into_iter().collect::<BTreeSet<_>>().len(), 30);
    assert_eq!((cost.writes, cost.deletes, cost.published), (30, 30, 30));
    assert!(cost.reads <= 2 * 30 + 8, "{cost}");
    assert_eq!(one.waiting().await.unwrap(), 0);
}

#[tokio::test]
async fn more_than_a_batch_is_swept_in_one_go() {
    let bench = Bench::start().await;
    for _ in 0..5 {
        commit(&bench.without_pubsub(), 0..100).await;
    }
    bench.pass(DUE);
    let swept = bench.cloud().outbox().sweep().await.unwrap();
    assert_eq!(swept, Swept { sent: 500, left: 0 });
    assert_eq!(bench.published().await.len(), 500);
}

#[tokio::test]
async fn a_sweep_that_dies_after_its_claim_delays_and_loses_nothing() {
    let bench = Bench::start().await;
    commit(&bench.without_pubsub(), 0..3).await;
    bench.pass(DUE);
    let failed = bench.without_pubsub().outbox().sweep().await.unwrap();
    assert_eq!(failed, Swept { sent: 0, left: 3 });
    let cloud = bench.cloud();
    bench.pass(DUE);
    assert_eq!(
        cloud.outbox().sweep().await.unwrap(),
        Swept::default(),
        "claimed still"
    );
    bench.pass(DUE);
    assert_eq!(cloud.outbox().sweep().await.unwrap(), Swept { sent: 3, left: 0 });
    assert_eq!(bench.published().await.len(), 3);
}

#[tokio::test]
async fn what_could_be_sent_is_not_sent_again_with_what_could_not() {
    let bench = Bench::start().await;
    let lame = bench.without_redis();
    lame.commit()
        .create(ITEMS, &item("a", 0))
        .emit(&Happened { number: 1 })
        .end_session(SessionId::random())
        .await
        .unwrap();
    for round in 1..4 {
        bench.pass(DUE * 8);
        assert_eq!(
            lame.outbox().sweep().await.unwrap(),
            Swept { sent: 0, left: 1 },
            "{round}"
        );
    }
    assert_eq!(
        bench.published().await.len(),
        2,
        "by the commit and by the first sweep"
    );
    bench.pass(DUE * 16);
    assert_eq!(
        bench.cloud().outbox().sweep().await.unwrap(),
        Swept { sent: 1, left: 0 }
    );
    assert_eq!(bench.published().await.len(), 2);
}

/// A step of a history.
#[derive(Debug, Clone)]
enum Step {
    /// Commits an event, with Pub/Sub or without.
    Commit(bool),
    /// So many instances sweep at once, with Pub/Sub or without.
    Sweep(usize, bool),
    /// The next calls of Firestore's fail: answers are lost, or nothing happens at all.
    Fail(&'static str, u32, bool),
    /// Seconds pass.
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let method = prop::sample::select(vec!["Commit", "RunQuery", "BatchGetDocuments", "Publish"]);
    prop_oneof![
        3 => any::<bool>().prop_map(Step::Commit),
        3 => (1_usize..4, any::<bool>()).prop_map(|(n, reached)| Step::Sweep(n, reached)),
        2 => (method, 1_u32..3, any::<bool>()).prop_map(|(method, times, after)| Step::Fail(method, times, after)),
        3 => (0_u64..200).prop_map(Step::Pass),
    ]
}

/// Plays a history, and sweeps afterwards until nothing is left. Every event whose commit is known to have happened was published.
async fn play(steps: Vec<Step>) {
    let bench = Bench::start().await;
    let (well, lame) = (bench.cloud(), bench.without_pubsub());
    let pick = |reached: bool| if reached { &well } else { &lame };
    let mut promised = BTreeSet::new();
    for step in steps {
        match step {
            Step::Commit(reached) => {
                let id = contracts::EventId::random();
                let commit = pick(reached).commit().create(ITEMS, &item(id, 0));
                if commit.emit_as(id, &Happened { number: 0 }).await.is_ok() {
                    promised.insert(id.to_string());
                }
            }
            Step::Sweep(instances, reached) => {
                let outbox = pick(reached).outbox();
                // a sweep that fails has lost nothing: that is what is shown here
                join_all((0..instances).map(|_| outbox.sweep())).await;
            }
            Step::Fail(method, times, after) => {
                let call = if method == "Publish" {
                    ("pubsub", method)
                } else {
                    ("firestore", method)
                };
                bench.fault(call, "unavailable", times, after).await;
            }
            Step::Pass(seconds) => bench.pass(Duration::from_secs(seconds)),
        }
    }
    bench.end_faults().await;
    bench.pass(Duration::from_hours(1));
    well.outbox().sweep().await.unwrap();
    assert_eq!(well.outbox().waiting().await.unwrap(), 0);
    let published: BTreeSet<String> = bench.published().await.into_iter().collect();
    assert!(
        promised.is_subset(&published),
        "{:?}",
        promised.difference(&published)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn no_history_of_lost_answers_and_crashes_loses_an_event(steps in prop::collection::vec(step(), 1..16)) {
        case(play(steps));
    }
}
