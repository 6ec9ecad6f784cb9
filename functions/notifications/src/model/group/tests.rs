use super::*;
use crate::model::Note;
use contracts::{EventId, PostId};
use proptest::prelude::*;
use std::collections::BTreeMap;

const ANN: UserId = UserId::from_bytes([200; 16]);

/// An inbox without a database: records by id, groups derived from them as the queries would.
#[derive(Default)]
struct Inbox {
    records: BTreeMap<String, Record>,
    groups: BTreeMap<String, Group>,
}

impl Inbox {
    fn deliver(&mut self, record: &Record) {
        self.store(record);
        self.refresh(record.group_id);
    }

    /// As when the process dies before the group is refreshed.
    fn store(&mut self, record: &Record) {
        self.records.entry(record.id()).or_insert_with(|| record.clone());
    }

    fn refresh(&mut self, group: NotificationId) {
        let mut newest: Vec<Record> = self
            .records
            .values()
            .filter(|record| record.group_id == group)
            .cloned()
            .collect();
        newest.sort_by_key(|record| std::cmp::Reverse((record.at, record.id())));
        let count = newest.len() as u64;
        let oldest = newest.last().unwrap().at;
        newest.truncate(Folded::READ);
        let folded = Folded {
            newest,
            count,
            oldest,
        };
        let key = group.to_string();
        let derived = Group::derived(self.groups.get(&key), &folded, false).unwrap();
        self.groups.insert(key, derived);
    }

    /// The groups without their versions, which count the refreshes.
    fn groups(&self) -> Vec<Group> {
        let plain = |group: &Group| Group {
            version: Version::FIRST,
            ..group.clone()
        };
        self.groups.values().map(plain).collect()
    }
}

/// The `n`th event: some actor reacts to one of two posts at some minute of two hours.
fn record(n: u8, (actor, post, minute): (u8, u8, i64)) -> Record {
    let target = Subject::Post(PostId::from_bytes([post; 16]));
    let note = Note {
        recipient: ANN,
        kind: NotificationKind::Reaction,
        target,
        actor: Some(UserId::from_bytes([actor; 16])),
        needs: vec![target],
    };
    Record::of(
        &note,
        EventId::from_bytes([n; 16]),
        Timestamp::from_millis(minute * 60_000),
    )
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec((0_u8..5, 0_u8..2, 0_i64..120), 1..30)
        .prop_map(|events| (0..).zip(events).map(|(n, event)| record(n, event)).collect())
}

/// Every record at least once, in any order.
fn deliveries() -> impl Strategy<Value = (Vec<Record>, Vec<(Record, bool)>)> {
    records().prop_flat_map(|records| {
        let again = prop::collection::vec((0..records.len(), any::<bool>()), 0..30);
        let all = records.clone();
        let deliveries = again.prop_flat_map(move |again| {
            let twice = again.into_iter().map(|(n, dies)| (all[n].clone(), dies));
            let once = all.iter().map(|record| (record.clone(), false));
            Just(once.chain(twice).collect::<Vec<_>>()).prop_shuffle()
        });
        (Just(records), deliveries)
    })
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_nor_death_matters((records, deliveries) in deliveries()) {
        let mut straight = Inbox::default();
        for record in &records {
            straight.deliver(record);
        }
        let mut crooked = Inbox::default();
        for (record, dies) in &deliveries {
            if *dies { crooked.store(record) } else { crooked.deliver(record) }
        }
        prop_assert_eq!(crooked.groups(), straight.groups());
        let told: u64 = straight.groups().iter().map(|group| group.count).sum();
        prop_assert_eq!(told, records.len() as u64);
    }

    #[test]
    fn a_repetition_is_the_same_group_with_the_same_version(records in records()) {
        let mut inbox = Inbox::default();
        for record in &records {
            inbox.deliver(record);
        }
        let before = inbox.groups.clone();
        for record in &records {
            inbox.deliver(record);
        }
        prop_assert_eq!(inbox.groups, before);
    }

    #[test]
    fn only_what_came_later_is_unread_and_only_that_brings_back(steps in prop::collection::vec(0_u8..6, 1..40)) {
        let mut inbox = Inbox::default();
        inbox.deliver(&record(255, (0, 0, 0)));
        let key = inbox.groups.keys().next().unwrap().clone();
        let (mut unread, mut listed) = (true, true);
        for (n, step) in (0..).zip(steps) {
            let group = inbox.groups[&key].clone();
            (unread, listed) = match step {
                0 => (false, listed),
                1 => (false, false),
                _ => (true, true),
            };
            let next = match step {
                0 => group.read(),
                1 => group.dismissed(),
                _ => { inbox.deliver(&record(n, (step, 0, 0))); None }
            };
            if let Some(next) = next {
                prop_assert!(next.version > group.version);
                prop_assert_eq!(next.updated_at, group.updated_at, "reading moves nothing");
                inbox.groups.insert(key.clone(), next);
            }
            let group = &inbox.groups[&key];
            prop_assert_eq!((group.unread, group.listed), (unread, listed));
        }
        prop_assert_eq!(inbox.groups[&key].unread, unread);
    }
}

#[test]
fn the_latest_three_are_shown_each_once() {
    let mut inbox = Inbox::default();
    for (n, actor) in (0..).zip([1, 2, 3, 4, 4, 3]) {
        inbox.deliver(&record(n, (actor, 0, i64::from(n))));
    }
    let group = inbox.groups().remove(0);
    let expected: Vec<UserId> = [3, 4, 2].map(|actor| UserId::from_bytes([actor; 16])).to_vec();
    assert_eq!((group.actors, group.count), (expected, 6));
    assert_eq!(group.created_at, Timestamp::EPOCH);
    assert_eq!(group.updated_at, Timestamp::from_millis(5 * 60_000));
}

#[test]
fn what_is_silent_does_not_count_and_is_as_it_was_afterwards() {
    let mut inbox = Inbox::default();
    inbox.deliver(&record(0, (1, 0, 0)));
    let group = inbox.groups.values().next().unwrap().clone();
    assert_eq!(group.silenced(false), None);
    let silent = group.silenced(true).unwrap();
    assert!(!silent.unread && silent.listed && silent.version > group.version);
    assert_eq!(silent.read(), None, "what is not shown is not read");
    let again = silent.silenced(false).unwrap();
    assert!(again.unread);
    let read = group.read().unwrap().silenced(true).unwrap();
    assert!(!read.silenced(false).unwrap().unread);
}
