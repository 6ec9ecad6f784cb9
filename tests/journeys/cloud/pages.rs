//! Pages of a list that changes while it is read: what is there all the time is seen exactly once, and nothing twice.

use super::{Bench, ITEMS, Item, case, item};
use cloud::operations::counted;
use cloud::{Cloud, Direction, Query};
use contracts::Timestamp;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What happens between two pages.
#[derive(Debug, Clone)]
enum Change {
    Insert(i64),
    Delete(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0_i64..4).prop_map(Change::Insert),
        any::<prop::sample::Index>().prop_map(Change::Delete),
    ]
}

/// A page after a position, which is told to clients as JSON.
fn page(direction: Direction, after: Option<&str>, limit: usize) -> Query<Item> {
    let query = ITEMS
        .query()
        .eq("list", "l")
        .order_by("at", direction)
        .limit(limit);
    match after.map(|position| serde_json::from_str::<(Timestamp, String)>(position).unwrap()) {
        Some((at, id)) => query.after(at, &id),
        None => query,
    }
}

/// Those that are there, by id.
struct List {
    cloud: Cloud,
    there: BTreeMap<String, Item>,
    made: u32,
}

impl List {
    async fn insert(&mut self, at: i64) {
        self.made += 1;
        // ids in no order of time
        let made = item(format!("{:08x}", self.made.wrapping_mul(0x9e37_79b1)), at);
        self.cloud.commit().create(ITEMS, &made).await.unwrap();
        self.there.insert(made.id.clone(), made);
    }

    async fn delete(&mut self, index: prop::sample::Index) {
        if self.there.is_empty() {
            return;
        }
        let id = self
            .there
            .keys()
            .nth(index.index(self.there.len()))
            .unwrap()
            .clone();
        self.cloud.commit().remove(ITEMS, &id).await.unwrap();
        self.there.remove(&id);
    }

    async fn change(&mut self, change: &Change) {
        match change {
            Change::Insert(at) => self.insert(*at).await,
            Change::Delete(index) => self.delete(*index).await,
        }
    }
}

/// Reads all pages of a list that begins with items of equal and different times, with changes after each page.
async fn read(direction: Direction, limit: usize, first: Vec<i64>, changes: Vec<Vec<Change>>) {
    let bench = Bench::start().await;
    let mut list = List {
        cloud: bench.cloud(),
        there: BTreeMap::new(),
        made: 0,
    };
    for at in first {
        list.insert(at).await;
    }
    let mut always: BTreeSet<String> = list.there.keys().cloned().collect();
    let mut seen: Vec<Item> = Vec::new();
    let mut after: Option<String> = None;
    let mut changes = changes.into_iter();
    loop {
        let query = page(direction, after.as_deref(), limit);
        let (found, cost) = counted(list.cloud.documents().query(query)).await;
        let found = found.unwrap();
        assert_eq!(cost.reads, found.len().max(1) as u64);
        let ended = found.len() < limit;
        seen.extend(found.into_iter().map(cloud::Stored::into_inner));
        if ended {
            break;
        }
        after = seen
            .last()
            .map(|item| serde_json::to_string(&(item.at, &item.id)).unwrap());
        for change in changes.next().unwrap_or_default() {
            list.change(&change).await;
            always.retain(|id| list.there.contains_key(id));
        }
    }
    let ids: BTreeSet<String> = seen.iter().map(|item| item.id.clone()).collect();
    assert_eq!(ids.len(), seen.len(), "nothing twice");
    assert!(
        always.is_subset(&ids),
        "nothing skipped: {:?}",
        always.difference(&ids)
    );
    let positions: Vec<_> = seen.iter().map(|item| (item.at, &item.id)).collect();
    let mut sorted = positions.clone();
    sorted.sort();
    if direction == Direction::Descending {
        sorted.reverse();
    }
    assert_eq!(positions, sorted);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]
    #[test]
    fn what_is_there_all_the_time_is_seen_once(
        descending: bool,
        limit in 1_usize..5,
        first in prop::collection::vec(0_i64..4, 0..16),
        changes in prop::collection::vec(prop::collection::vec(change(), 0..4), 0..12),
    ) {
        let direction = if descending { Direction::Descending } else { Direction::Ascending };
        case(read(direction, limit, first, changes));
    }
}
