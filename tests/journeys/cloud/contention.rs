//! Many who change the same document at once: none of them is lost, and none goes on for ever.

use super::{Bench, ITEMS, case, item};
use cloud::operations::counted;
use cloud::{Cloud, Error, Result, on_contention};
use futures::future::join_all;
use proptest::prelude::*;

async fn add_one(cloud: &Cloud) -> Result<()> {
    on_contention(|| async {
        let read = cloud.documents().get(ITEMS, "one").await?;
        let mut next = read
            .as_ref()
            .map_or_else(|| item("one", 0), |read| (**read).clone());
        next.number += 1;
        cloud.commit().save(ITEMS, read.as_ref(), &next).await
    })
    .await
}

/// How many of so many were told that it is done, and what stands there then.
async fn crowd(each: usize) -> (usize, u64) {
    let bench = Bench::start().await;
    let instances: Vec<Cloud> = (0..each).map(|_| bench.cloud()).collect();
    let outcomes = join_all(instances.iter().map(add_one)).await;
    for outcome in &outcomes {
        assert!(matches!(outcome, Ok(()) | Err(Error::Contention)), "{outcome:?}");
    }
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let stored = bench.cloud().documents().get(ITEMS, "one").await.unwrap();
    (done, stored.map_or(0, |stored| stored.number))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn as_many_as_attempts_all_count(each in 1_usize..=6) {
        prop_assert_eq!(case(crowd(each)), (each, each as u64));
    }

    #[test]
    fn of_a_crowd_those_who_were_told_so_count(each in 7_usize..40) {
        let (done, number) = case(crowd(each));
        prop_assert!(done >= 6, "{done}");
        prop_assert_eq!(done as u64, number);
    }
}

#[tokio::test]
async fn alone_it_costs_a_read_and_a_write() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    let (done, cost) = counted(add_one(&cloud)).await;
    done.unwrap();
    assert_eq!((cost.reads, cost.writes), (1, 1));
}
