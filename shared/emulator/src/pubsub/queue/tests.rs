use super::*;
use crate::db::Db;
use crate::options::Durability;
use crate::pubsub::store::{self, MessageRow};
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use proptest::prelude::*;

/// A queue and the database it lies in.
struct Bench {
    db: Db,
    queue: Queue,
}

impl Bench {
    fn new() -> Self {
        let db = Db::open(std::path::Path::new(":memory:"), Durability::Process).unwrap();
        store::prepare(&db).unwrap();
        Self {
            db,
            queue: Queue::new(1, true, false),
        }
    }

    /// With deliveries of these ids and keys.
    fn with(deliveries: &[(u64, &str)]) -> Self {
        let mut bench = Self::new();
        for (id, key) in deliveries {
            bench.insert(*id, key, 0, *id, 0);
        }
        bench
    }

    fn at<T>(&mut self, now: i64, work: impl FnOnce(&mut Queue, &Store<'_>) -> Result<T, Status>) -> T {
        let queue = &mut self.queue;
        store::transaction(&self.db, now, |store| work(queue, store))
            .unwrap()
            .0
    }

    fn insert(&mut self, id: u64, key: &str, not_before: i64, rank: u64, now: i64) {
        self.at(now, |queue, store| {
            let message = MessageRow {
                id: id.cast_signed(),
                published: 0,
                message: PubsubMessage {
                    ordering_key: key.to_owned(),
                    data: vec![1],
                    ..Default::default()
                },
            };
            store.add_message("t", &message)?;
            let row = Row {
                id,
                message: message.id,
                published: 0,
                key: queue.key(key),
                bytes: 1,
                dead: false,
                attempts: 0,
                not_before,
                rank,
                state: RowState::Timed,
            };
            queue.insert(store, row, now)
        });
    }

    fn take(&mut self, now: i64, taker: &Taker) -> Vec<Lease> {
        self.at(now, |queue, store| queue.take(store, now, taker))
    }

    fn acknowledge(&mut self, id: u64, attempt: u32) -> bool {
        self.at(0, |queue, store| {
            queue.acknowledge(store, id, attempt, Keep::Nothing, 0)
        })
    }

    fn give_back(&mut self, id: u64, not_before: i64, now: i64) {
        self.at(now, |queue, store| queue.give_back(store, id, not_before, now));
    }

    /// How often each delivery that is there was given out, by id.
    fn attempts(&mut self) -> Vec<(u64, u32)> {
        let rows = self.at(0, |_, store| store.oldest(1, 1000));
        rows.iter().map(|row| (row.id, row.attempts)).collect()
    }
}

fn puller(owner: u64) -> Taker {
    Taker {
        owner,
        until: Some(10),
        one_per_key: false,
        max_messages: 100,
        max_bytes: 100,
    }
}

fn pusher() -> Taker {
    Taker {
        until: None,
        one_per_key: true,
        ..puller(0)
    }
}

fn ids(leases: &[Lease]) -> Vec<u64> {
    leases.iter().map(|lease| lease.id).collect()
}

#[test]
fn a_push_gets_one_of_a_key_and_a_pull_all_in_order() {
    let deliveries = [(1, "a"), (2, "a"), (3, "b"), (4, ""), (5, "")];
    assert_eq!(ids(&Bench::with(&deliveries).take(0, &pusher())), [1, 3, 4, 5]);
    assert_eq!(
        ids(&Bench::with(&deliveries).take(0, &puller(1))),
        [1, 2, 3, 4, 5]
    );
}

#[test]
fn a_key_belongs_to_one_puller_until_all_it_has_is_acknowledged() {
    let mut bench = Bench::with(&[(1, "a"), (2, "a"), (3, "a")]);
    let two = Taker {
        max_messages: 2,
        ..puller(1)
    };
    assert_eq!(ids(&bench.take(0, &two)), [1, 2]);
    assert!(bench.take(0, &puller(2)).is_empty());
    assert!(bench.acknowledge(1, 1));
    assert!(bench.take(0, &puller(2)).is_empty());
    assert!(bench.acknowledge(2, 1));
    assert_eq!(ids(&bench.take(0, &puller(2))), [3]);
}

#[test]
fn what_fails_takes_back_those_of_its_key_behind_it() {
    let mut bench = Bench::with(&[(1, "a"), (2, "a"), (3, "a"), (4, "")]);
    bench.take(0, &puller(1));
    bench.give_back(2, 5, 0);
    assert_eq!(bench.attempts(), [(1, 1), (2, 1), (3, 0), (4, 1)]);
    assert!(bench.take(4, &puller(1)).is_empty(), "a nack stalls its key");
    assert_eq!(ids(&bench.take(5, &puller(1))), [2, 3]);
    assert!(
        !bench.acknowledge(3, 2),
        "the attempt that was taken back does not count"
    );
    assert!(bench.acknowledge(3, 1));
}

#[test]
fn what_fails_brings_back_those_of_its_key_behind_it_that_are_acknowledged() {
    let mut bench = Bench::with(&[(1, "a"), (2, "a"), (3, "a"), (4, "b")]);
    bench.take(0, &puller(1));
    assert!(bench.acknowledge(2, 1) && bench.acknowledge(3, 1));
    assert!(!bench.acknowledge(3, 1), "it is acknowledged already");
    assert_eq!((bench.queue.leased(), bench.queue.backlog().open), (2, 4));
    bench.give_back(1, 0, 0);
    assert_eq!(bench.attempts(), [(1, 1), (2, 0), (3, 0), (4, 1)]);
    assert_eq!(ids(&bench.take(0, &puller(1))), [1, 2, 3]);
    assert!(bench.acknowledge(3, 1) && bench.acknowledge(1, 2));
    assert_eq!(bench.attempts(), [(2, 1), (3, 1), (4, 1)], "3 waits for 2");
    assert!(bench.acknowledge(2, 1));
    assert_eq!(bench.attempts(), [(4, 1)]);
}

#[test]
fn an_acknowledgement_before_its_time_does_not_count_after_a_restart() {
    let mut bench = Bench::with(&[(1, "a"), (2, "a")]);
    bench.take(0, &puller(1));
    assert!(bench.acknowledge(2, 1));
    bench.queue = bench.at(0, |_, store| Queue::open(store, 1, true, false));
    assert_eq!(bench.attempts(), [(1, 1), (2, 0)]);
    assert_eq!(ids(&bench.take(0, &puller(1))), [1, 2]);
}

#[test]
fn where_leases_are_exact_what_is_acknowledged_never_comes_again() {
    let mut bench = Bench::with(&[(1, "a"), (2, "a"), (3, "a")]);
    bench.queue.set_lasting(true);
    bench.take(0, &puller(1));
    assert!(bench.acknowledge(2, 1));
    bench.give_back(1, 0, 0);
    assert_eq!(ids(&bench.take(0, &puller(1))), [1]);
    assert_eq!(ids(&bench.take(10, &puller(1))), [3], "it was out until then");
}

#[test]
fn a_lease_that_ends_is_found_and_one_that_is_extended_is_not() {
    let mut bench = Bench::with(&[(1, ""), (2, "")]);
    bench.take(0, &puller(1));
    bench.at(0, |queue, store| queue.extend(store, 2, 20));
    assert_eq!(bench.queue.expired(9), []);
    assert_eq!(bench.queue.expired(10), [(1, 1)]);
    bench.give_back(1, 15, 10);
    assert_eq!(bench.queue.expired(19), []);
    assert_eq!(bench.queue.next_time(), Some(15));
    assert_eq!(bench.queue.expired(20), [(2, 1)]);
}

#[test]
fn a_late_acknowledgement_counts_where_no_order_is_at_stake() {
    let mut bench = Bench::with(&[(1, ""), (2, "a")]);
    bench.take(0, &puller(1));
    bench.give_back(1, 0, 0);
    bench.give_back(2, 0, 0);
    assert!(bench.acknowledge(1, 1));
    assert!(!bench.acknowledge(2, 1));
    assert_eq!(bench.queue.leased_by(1), (0, 0));
}

#[test]
fn where_leases_are_exact_a_late_acknowledgement_does_not_count_and_they_outlive_a_restart() {
    let mut bench = Bench::with(&[(1, ""), (2, "")]);
    bench.queue.set_lasting(true);
    bench.take(0, &puller(1));
    bench.give_back(1, 0, 0);
    assert!(!bench.acknowledge(1, 1));
    bench.queue = bench.at(0, |_, store| Queue::open(store, 1, true, true));
    assert_eq!(ids(&bench.take(9, &puller(1))), [1]);
    assert_eq!(ids(&bench.take(10, &puller(1))), [2]);
}

#[test]
fn bytes_bound_what_is_taken_but_one_always_comes() {
    let mut bench = Bench::with(&[(1, ""), (2, ""), (3, "")]);
    let bytes = |max_bytes| Taker {
        max_bytes,
        ..puller(1)
    };
    assert_eq!(ids(&bench.take(0, &bytes(2))), [1, 2]);
    assert_eq!(ids(&bench.take(0, &bytes(0))), [3]);
    assert_eq!(bench.queue.leased_by(1), (3, 3));
}

#[test]
fn a_long_line_is_taken_through_in_order_past_what_others_hold() {
    let mut bench = Bench::new();
    let key = |id: u64| if id.is_multiple_of(2) { "a" } else { "" };
    (1..=1000).for_each(|id| bench.insert(id, key(id), 0, id, 0));
    let one = Taker {
        max_messages: 2,
        ..puller(1)
    };
    assert_eq!(ids(&bench.take(0, &one)), [1, 2]);
    let all = Taker {
        max_messages: 1000,
        max_bytes: 1000,
        ..puller(2)
    };
    let odd: Vec<u64> = (3..=999).step_by(2).collect();
    assert_eq!(ids(&bench.take(0, &all)), odd, "the key belongs to the first");
    assert!(bench.acknowledge(2, 1));
    let even: Vec<u64> = (4..=1000).step_by(2).collect();
    assert_eq!(ids(&bench.take(0, &all)), even);
}

/// One thing that happens to a queue; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Event {
    Insert {
        key: usize,
        delay: i64,
        rank: u64,
    },
    Take {
        owner: u64,
        max: usize,
        one_per_key: bool,
    },
    Acknowledge(usize),
    GiveBack(usize, i64),
    Wait(i64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => (0_usize..4, 0_i64..5, 0_u64..9).prop_map(|(key, delay, rank)| Event::Insert { key, delay, rank }),
        3 => (1_u64..3, 1_usize..4, any::<bool>()).prop_map(|(owner, max, one_per_key)| Event::Take { owner, max, one_per_key }),
        3 => any::<usize>().prop_map(Event::Acknowledge),
        2 => (any::<usize>(), 0_i64..5).prop_map(|(n, delay)| Event::GiveBack(n, delay)),
        1 => (0_i64..12).prop_map(Event::Wait),
    ];
    proptest::collection::vec(event, 0..80)
}

/// Notes an acknowledgement: of a key, it counts once all before it do.
fn note(id: u64, open: &mut BTreeMap<u64, &str>, early: &mut BTreeSet<u64>) {
    early.insert(id);
    let (mut waits, all) = (BTreeSet::new(), open.clone());
    for (id, key) in all {
        if !early.contains(&id) {
            waits.insert(key);
        } else if key.is_empty() || !waits.contains(key) {
            early.remove(&id);
            open.remove(&id);
        }
    }
}

proptest! {
    /// Whatever happens: nothing is lost, nothing is leased twice, and of a key each delivery is first given out after all before it
    /// were, and acknowledged ones never come again, unless one of their key before them was not acknowledged and failed.
    #[test]
    fn every_delivery_comes_until_it_is_acknowledged_and_keys_come_in_order(events in events()) {
        let keys = ["", "", "a", "b"];
        let mut bench = Bench::new();
        let (mut now, mut last) = (0, 0);
        let mut out: Vec<Lease> = Vec::new();
        let mut open: BTreeMap<u64, &str> = BTreeMap::new();
        let mut early: BTreeSet<u64> = BTreeSet::new();
        for event in events {
            match event {
                Event::Insert { key, delay, rank } => {
                    last += 1;
                    open.insert(last, keys[key]);
                    let rank = if key < 2 { rank } else { key as u64 };
                    bench.insert(last, keys[key], now + delay, rank, now);
                }
                Event::Take { owner, max, one_per_key } => {
                    let taker = Taker { owner, until: Some(now + 10), one_per_key, max_messages: max, max_bytes: 1000 };
                    for lease in bench.take(now, &taker) {
                        prop_assert!(open.contains_key(&lease.id) && !early.contains(&lease.id), "acknowledged, and came again");
                        prop_assert!(out.iter().all(|other| other.id != lease.id), "leased twice");
                        let key = open[&lease.id];
                        let before = open.range(..lease.id).filter(|(_, k)| !key.is_empty() && **k == key);
                        for (earlier, _) in before {
                            let is_out = out.iter().any(|other| other.id == *earlier);
                            prop_assert!(is_out || early.contains(earlier), "overtook one of its key");
                        }
                        out.push(lease);
                    }
                }
                Event::Acknowledge(n) if !out.is_empty() => {
                    let lease = out.swap_remove(n % out.len());
                    prop_assert!(bench.acknowledge(lease.id, lease.attempt));
                    note(lease.id, &mut open, &mut early);
                }
                Event::GiveBack(n, delay) if !out.is_empty() => {
                    let lease = out[n % out.len()].clone();
                    bench.give_back(lease.id, now + delay, now);
                    early.retain(|id| *id < lease.id || open[id] != open[&lease.id]);
                    out.retain(|other| bench.queue.is_leased(other.id, other.attempt));
                }
                Event::Wait(time) => {
                    now += time;
                    for (id, _) in bench.queue.expired(now) {
                        bench.give_back(id, now, now);
                        early.retain(|other| *other < id || open[other] != open[&id]);
                    }
                    out.retain(|other| bench.queue.is_leased(other.id, other.attempt));
                }
                Event::Acknowledge(_) | Event::GiveBack(..) => {}
            }
            prop_assert_eq!(bench.queue.leased(), out.len());
            prop_assert_eq!(bench.queue.backlog().open, open.len() as u64);
        }
        // in the end, all that is open can be had, in order, and then nothing is left
        for lease in out {
            bench.acknowledge(lease.id, lease.attempt);
            note(lease.id, &mut open, &mut early);
        }
        prop_assert!(early.is_empty(), "all before them are acknowledged");
        let mut rest: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        loop {
            let batch = bench.take(i64::MAX, &Taker { until: None, ..puller(9) });
            if batch.is_empty() {
                break;
            }
            for lease in batch {
                rest.entry(open[&lease.id]).or_default().push(lease.id);
                prop_assert!(bench.acknowledge(lease.id, lease.attempt));
            }
        }
        prop_assert_eq!(rest.values().map(Vec::len).sum::<usize>(), open.len());
        prop_assert!(rest.iter().all(|(key, ids)| key.is_empty() || ids.is_sorted()));
        prop_assert!(bench.queue.backlog().oldest.is_none() && bench.queue.next_time().is_none());
    }
}
