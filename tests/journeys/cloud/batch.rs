//! Many documents at once.

use super::{Bench, ITEMS, item};
use cloud::operations::counted;

#[tokio::test]
async fn a_thousand_ids_come_in_their_order_and_each_costs_once() {
    let bench = Bench::start().await;
    let cloud = bench.cloud();
    let mut commit = cloud.commit();
    for number in (0..700).step_by(2) {
        commit = commit.create(ITEMS, &item(number, 0));
    }
    commit.await.unwrap();
    // backwards, some twice, every second one missing
    let ids: Vec<u32> = (0..700).rev().chain(100..400).collect();
    let (read, cost) = counted(cloud.documents().get_all(ITEMS, &ids)).await;
    let read = read.unwrap();
    assert_eq!(read.len(), ids.len());
    for (id, found) in ids.iter().zip(&read) {
        let expected = (id % 2 == 0).then(|| id.to_string());
        assert_eq!(found.as_ref().map(|found| found.id.clone()), expected);
    }
    assert_eq!(
        cost.to_string(),
        "reads=700,writes=0,deletes=0,redis=0,published=0"
    );
    let (none, cost) = counted(cloud.documents().get_all(ITEMS, &[0_u32; 0])).await;
    assert!(none.unwrap().is_empty() && cost.reads == 0);
}
