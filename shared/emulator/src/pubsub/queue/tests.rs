use super::*;
use gcloud_sdk::google::pubsub::v1::PubsubMessage;
use proptest::prelude::*;

fn stored(id: u64, key: &str) -> Arc<Stored> {
    let message = PubsubMessage {
        ordering_key: key.to_owned(),
        data: vec![1],
        ..Default::default()
    };
    Arc::new(Stored {
        id: id.cast_signed(),
        published: 0,
        message,
    })
}

fn queue(deliveries: &[(u64, &str)]) -> Queue {
    let mut queue = Queue::new(true);
    for (id, key) in deliveries {
        let message = stored(*id, key);
        queue.insert(NewDelivery {
            id: *id,
            message,
            attempts: 0,
            not_before: 0,
            rank: *id,
        });
    }
    queue
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
    assert_eq!(ids(&queue(&deliveries).take(0, &pusher())), [1, 3, 4, 5]);
    assert_eq!(ids(&queue(&deliveries).take(0, &puller(1))), [1, 2, 3, 4, 5]);
}

#[test]
fn a_key_belongs_to_one_puller_until_all_it_has_is_acknowledged() {
    let mut queue = queue(&[(1, "a"), (2, "a"), (3, "a")]);
    assert_eq!(
        ids(&queue.take(
            0,
            &Taker {
                max_messages: 2,
                ..puller(1)
            }
        )),
        [1, 2]
    );
    assert!(queue.take(0, &puller(2)).is_empty());
    queue.acknowledge(1, 1).unwrap();
    assert!(queue.take(0, &puller(2)).is_empty());
    queue.acknowledge(2, 1).unwrap();
    assert_eq!(ids(&queue.take(0, &puller(2))), [3]);
}

#[test]
fn what_fails_takes_back_those_of_its_key_behind_it() {
    let mut queue = queue(&[(1, "a"), (2, "a"), (3, "a"), (4, "")]);
    queue.take(0, &puller(1));
    let back = queue.give_back(2, 5);
    assert_eq!(
        back.iter()
            .map(|b| (b.id, b.attempts, b.not_before))
            .collect::<Vec<_>>(),
        [(2, 1, 5), (3, 0, 0)]
    );
    assert!(queue.take(4, &puller(1)).is_empty(), "a nack stalls its key");
    assert_eq!(ids(&queue.take(5, &puller(1))), [2, 3]);
    assert!(
        queue.acknowledge(3, 2).is_none(),
        "the attempt that was taken back does not count"
    );
    assert!(queue.acknowledge(3, 1).is_some());
}

#[test]
fn a_lease_that_ends_is_found_and_one_that_is_extended_is_not() {
    let mut queue = queue(&[(1, ""), (2, "")]);
    queue.take(0, &puller(1));
    queue.extend(2, 20);
    assert_eq!(queue.expired(9), []);
    assert_eq!(queue.expired(10), [(1, 1)]);
    queue.give_back(1, 10);
    assert_eq!(queue.expired(19), []);
    assert_eq!(queue.next_time(), Some(10));
    assert_eq!(queue.expired(20), [(2, 1)]);
}

#[test]
fn a_late_acknowledgement_counts_where_no_order_is_at_stake() {
    let mut queue = queue(&[(1, ""), (2, "a")]);
    queue.take(0, &puller(1));
    queue.give_back(1, 0);
    queue.give_back(2, 0);
    assert!(queue.acknowledge(1, 1).is_some());
    assert!(queue.acknowledge(2, 1).is_none());
    assert_eq!(queue.leased_by(1), (0, 0));
}

#[test]
fn bytes_bound_what_is_taken_but_one_always_comes() {
    let mut queue = queue(&[(1, ""), (2, ""), (3, "")]);
    assert_eq!(
        ids(&queue.take(
            0,
            &Taker {
                max_bytes: 2,
                ..puller(1)
            }
        )),
        [1, 2]
    );
    assert_eq!(
        ids(&queue.take(
            0,
            &Taker {
                max_bytes: 0,
                ..puller(1)
            }
        )),
        [3]
    );
    assert_eq!(queue.leased_by(1), (3, 3));
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

proptest! {
    /// Whatever happens: nothing is lost, nothing is leased twice, and of a key each delivery is first given out after all before it
    /// were, and acknowledged ones never come again.
    #[test]
    fn every_delivery_comes_until_it_is_acknowledged_and_keys_come_in_order(events in events()) {
        let keys = ["", "", "a", "b"];
        let mut queue = Queue::new(true);
        let (mut now, mut last) = (0, 0);
        let mut out: Vec<Lease> = Vec::new();
        let mut open: BTreeMap<u64, &str> = BTreeMap::new();
        for event in events {
            match event {
                Event::Insert { key, delay, rank } => {
                    last += 1;
                    open.insert(last, keys[key]);
                    let rank = if key < 2 { rank } else { key as u64 };
                    queue.insert(NewDelivery { id: last, message: stored(last, keys[key]), attempts: 0, not_before: now + delay, rank });
                }
                Event::Take { owner, max, one_per_key } => {
                    let taker = Taker { owner, until: Some(now + 10), one_per_key, max_messages: max, max_bytes: 1000 };
                    for lease in queue.take(now, &taker) {
                        prop_assert!(open.contains_key(&lease.id), "acknowledged, and came again");
                        prop_assert!(out.iter().all(|other| other.id != lease.id), "leased twice");
                        let key = open[&lease.id];
                        let before = open.range(..lease.id).filter(|(_, k)| !key.is_empty() && **k == key);
                        for (earlier, _) in before {
                            prop_assert!(out.iter().any(|other| other.id == *earlier), "overtook one of its key");
                        }
                        out.push(lease);
                    }
                }
                Event::Acknowledge(n) if !out.is_empty() => {
                    let lease = out.swap_remove(n % out.len());
                    prop_assert!(queue.acknowledge(lease.id, lease.attempt).is_some());
                    open.remove(&lease.id);
                }
                Event::GiveBack(n, delay) if !out.is_empty() => {
                    let lease = out[n % out.len()].clone();
                    let back = queue.give_back(lease.id, now + delay);
                    out.retain(|other| back.iter().all(|b| b.id != other.id));
                }
                Event::Wait(time) => {
                    now += time;
                    for (id, _) in queue.expired(now) {
                        let back = queue.give_back(id, now);
                        out.retain(|other| back.iter().all(|b| b.id != other.id));
                    }
                }
                Event::Acknowledge(_) | Event::GiveBack(..) => {}
            }
            prop_assert_eq!(queue.leased(), out.len());
        }
        // in the end, all that is open can be had, in order, and then nothing is left
        for lease in out {
            queue.acknowledge(lease.id, lease.attempt);
            open.remove(&lease.id);
        }
        let mut rest: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        loop {
            let batch = queue.take(i64::MAX, &Taker { until: None, ..puller(9) });
            if batch.is_empty() {
                break;
            }
            for lease in batch {
                rest.entry(open[&lease.id]).or_default().push(lease.id);
                prop_assert!(queue.acknowledge(lease.id, lease.attempt).is_some());
            }
        }
        prop_assert_eq!(rest.values().map(Vec::len).sum::<usize>(), open.len());
        prop_assert!(rest.iter().all(|(key, ids)| key.is_empty() || ids.is_sorted()));
        prop_assert!(queue.oldest().is_none() && queue.next_time().is_none());

    }
}
