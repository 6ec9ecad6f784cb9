//! Many documents at once.

use super::{Bench, ITEMS, Item, item};
use cloud::operations::counted;
use std::collections::BTreeSet;

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

#[tokio::test]
async fn what_is_read_in_several_calls_is_as_of_one_moment() {
    let bench = Bench::start().await;
    let (cloud, writer) = (bench.cloud(), bench.cloud());
    // the first and the last by name are always written together, and read in different calls
    let pair = |number| {
        ["!first", "~last"].map(|id| Item {
            number,
            ..item(id, 0)
        })
    };
    let write = async |number| {
        let [first, last] = pair(number);
        writer
            .commit()
            .put(ITEMS, &first)
            .put(ITEMS, &last)
            .await
            .unwrap();
    };
    write(0).await;
    let ids: Vec<String> = (0..400).map(|id| id.to_string()).collect();
    let ids = [&["!first".to_owned()], ids.as_slice(), &["~last".to_owned()]].concat();
    let reading = async {
        let mut numbers = BTreeSet::new();
        while numbers.len() < 5 {
            let found = cloud.documents().get_all(ITEMS, &ids).await.unwrap();
            let number = |at: usize| found[at].as_ref().unwrap().number;
            assert_eq!(number(0), number(ids.len() - 1));
            numbers.insert(number(0));
        }
    };
    let writing = async {
        for number in 1.. {
            write(number).await;
        }
    };
    tokio::select! { () = reading => (), () = writing => () }
}
