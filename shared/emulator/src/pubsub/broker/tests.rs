use super::*;
use crate::db::Db;
use crate::faults::{DeliveryFaults, Faults as All};
use crate::options::Durability;
use crate::pubsub::faults::Faults;
use crate::pubsub::queue::Lease;
use crate::pubsub::store::{self, Store};
use gcloud_sdk::google::pubsub::v1::{
    DeadLetterPolicy, ExpirationPolicy, PubsubMessage, PushConfig, Subscription, Topic,
};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

const FEED: &str = "projects/p/subscriptions/feed";

fn topic(name: &str) -> Topic {
    Topic {
        name: format!("projects/p/topics/{name}"),
        ..Default::default()
    }
}

/// A broker whose every change goes to a database that it can be opened from again.
struct Stage {
    db: Db,
    broker: Broker,
    now: i64,
}

impl Stage {
    fn new(subscription: Subscription) -> Self {
        let db = Db::open(std::path::Path::new(":memory:"), Durability::Process).unwrap();
        store::prepare(&db).unwrap();
        let mut stage = Self {
            broker: Broker::default(),
            db,
            now: 1,
        };
        stage.restart();
        for name in ["posts", "dead"] {
            stage.step(|broker, store, _| broker.create_topic(store, topic(name)));
        }
        let subscription = Subscription {
            name: FEED.into(),
            topic: topic("posts").name,
            expiration_policy: Some(ExpirationPolicy::default()),
            ..subscription
        };
        stage.step(|broker, store, now| broker.create_subscription(store, subscription, now));
        stage
    }

    fn step<T>(&mut self, work: impl FnOnce(&mut Broker, &Store<'_>, i64) -> Result<T, Status>) -> T {
        let (broker, now) = (&mut self.broker, self.now);
        store::transaction(&self.db, now, |store| work(broker, store, now))
            .unwrap()
            .0
    }

    /// The process dies and another opens what it stored.
    fn restart(&mut self) {
        self.broker = self.step(|_, store, now| Broker::open(store, now));
    }

    fn publish(&mut self, data: u32, key: &str) {
        let message = PubsubMessage {
            data: data.to_be_bytes().to_vec(),
            ordering_key: key.to_owned(),
            ..Default::default()
        };
        self.step(|broker, store, now| broker.publish(store, &topic("posts").name, vec![message], now));
    }

    fn pushes(&mut self) -> Vec<Lease> {
        let pushes = self.step(|broker, store, now| {
            broker.tick(store, now)?;
            broker.pushes(store, now)
        });
        pushes.into_iter().map(|push| push.lease).collect()
    }

    fn finish(&mut self, lease: &Lease, acknowledged: bool) {
        self.step(|broker, store, now| {
            if acknowledged {
                broker.acknowledge(store, FEED, lease.id, lease.attempt, now)
            } else {
                broker.give_back(store, FEED, lease.id, lease.attempt, now)
            }
        });
    }

    fn stored(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        self.db
            .write(|transaction| transaction.query_row(&sql, [], |row| row.get(0)))
            .unwrap()
    }
}

/// A subscription's faults, as they are set from outside.
fn told(faults: DeliveryFaults) -> Faults {
    let all = All::default();
    let copies = json!({"service": "pubsub", "kind": "duplicate", "copies": faults.duplicate});
    all.set(copies, 0).unwrap();
    if let Some(seed) = faults.shuffle {
        let reorder = json!({"service": "pubsub", "kind": "reorder", "seed": seed});
        all.set(reorder, 0).unwrap();
    }
    Faults::of(Arc::new(all))
}

fn push() -> Subscription {
    let push_config = Some(PushConfig {
        push_endpoint: "http://posts.kith.internal/".into(),
        ..Default::default()
    });
    Subscription {
        push_config,
        ..Default::default()
    }
}

fn number(lease: &Lease) -> u32 {
    u32::from_be_bytes(lease.message.message.data.clone().try_into().unwrap())
}

#[test]
fn no_more_than_32_pushes_are_under_way() {
    let mut stage = Stage::new(push());
    (0..40).for_each(|n| stage.publish(n, ""));
    let first = stage.pushes();
    assert_eq!((first.len(), stage.pushes().len()), (32, 0));
    stage.finish(&first[0], true);
    assert_eq!(stage.pushes().len(), 1);
}

#[test]
fn attempts_are_counted_across_restarts_and_end_as_a_dead_letter() {
    let policy = DeadLetterPolicy {
        dead_letter_topic: topic("dead").name,
        max_delivery_attempts: 5,
    };
    let mut stage = Stage::new(Subscription {
        dead_letter_policy: Some(policy),
        ..push()
    });
    stage.publish(7, "");
    for attempt in 1..=5 {
        stage.now += 3_600_000_000;
        let leases = stage.pushes();
        assert_eq!(
            leases.iter().map(|lease| lease.attempt).collect::<Vec<_>>(),
            [attempt]
        );
        if attempt == 3 {
            // the process dies while its push is under way: that was an attempt too
            stage.restart();
        } else {
            stage.finish(&leases[0], false);
        }
    }
    assert!(stage.broker.pending(None).is_empty());
    let letters: Vec<i64> = stage.broker.topics[&topic("dead").name].logged().collect();
    assert_eq!(letters.len(), 1);
    stage.restart();
    assert!(is_dead_letter(
        &stage.step(|_, store, _| store.message(letters[0])).message
    ));
}

#[test]
fn what_a_topic_forgets_and_nobody_waits_for_leaves_the_database() {
    let mut stage = Stage::new(push());
    for n in 0..1100 {
        stage.publish(n, "");
        for lease in stage.pushes() {
            // the first fifty stay
            stage.finish(&lease, number(&lease) >= 50);
        }
    }
    assert_eq!(stage.stored("pubsub_queue"), 50);
    assert_eq!(stage.stored("pubsub_messages"), 1050);
    stage.step(|broker, store, _| broker.delete_subscription(store, FEED));
    assert_eq!(stage.stored("pubsub_messages"), 1000);
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Event {
    Publish(&'static str),
    Push,
    Finish(usize, bool),
    Wait(i64),
    Restart,
    Duplicate(u32),
    Shuffle(Option<u64>),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let key = prop_oneof![Just(""), Just("a"), Just("b")];
    let event = prop_oneof![
        4 => key.prop_map(Event::Publish),
        4 => Just(Event::Push),
        4 => (any::<usize>(), any::<bool>()).prop_map(|(n, ok)| Event::Finish(n, ok)),
        2 => (0_i64..500_000).prop_map(Event::Wait),
        1 => Just(Event::Restart),
        1 => (0_u32..3).prop_map(Event::Duplicate),
        1 => any::<Option<u64>>().prop_map(Event::Shuffle),
    ];
    proptest::collection::vec(event, 0..60)
}

/// What the subscriber saw, and what it must have seen in the end.
#[derive(Default)]
struct Ledger {
    keys: Vec<&'static str>,
    acknowledged: BTreeSet<u32>,
    seen: BTreeMap<&'static str, Vec<u32>>,
}

impl Ledger {
    fn saw(&mut self, lease: &Lease) -> Result<(), TestCaseError> {
        let (number, key) = (number(lease), self.keys[number(lease) as usize]);
        let seen = self.seen.entry(key).or_default();
        let newest = seen.iter().max().copied();
        seen.push(number);
        // of a key, what is new is the very next one
        let earlier = (0..number)
            .rev()
            .find(|n| !key.is_empty() && self.keys[*n as usize] == key);
        prop_assert!(
            earlier.is_none() || newest >= earlier,
            "{number} came before {earlier:?}"
        );
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Under failures, duplicates, shuffling and restarts: every message is delivered until it is acknowledged, and a key in order.
    #[test]
    fn nothing_is_lost_and_keys_stay_in_order(events in events()) {
        let mut stage = Stage::new(Subscription { enable_message_ordering: true, ..push() });
        let mut ledger = Ledger::default();
        let mut out: Vec<Lease> = Vec::new();
        let (mut faults, mut count) = (DeliveryFaults::default(), 0);
        for event in events {
            match event {
                Event::Publish(key) => {
                    ledger.keys.push(key);
                    stage.publish(count, key);
                    count += 1;
                }
                Event::Push => {
                    for lease in stage.pushes() {
                        ledger.saw(&lease)?;
                        out.push(lease);
                    }
                }
                Event::Finish(n, ok) if !out.is_empty() => {
                    let lease = out.swap_remove(n % out.len());
                    if ok {
                        ledger.acknowledged.insert(number(&lease));
                    }
                    stage.finish(&lease, ok);
                }
                Event::Finish(..) => {}
                Event::Wait(micros) => stage.now += micros,
                Event::Restart => {
                    stage.restart();
                    out.clear();
                }
                Event::Duplicate(n) => faults.duplicate = n,
                Event::Shuffle(seed) => faults.shuffle = seed,
            }
            stage.broker.faults = told(faults);
        }
        for lease in out {
            ledger.acknowledged.insert(number(&lease));
            stage.finish(&lease, true);
        }
        while !stage.broker.pending(None).is_empty() {
            stage.now += 60_000_000;
            for lease in stage.pushes() {
                ledger.saw(&lease)?;
                ledger.acknowledged.insert(number(&lease));
                stage.finish(&lease, true);
            }
        }
        prop_assert_eq!(ledger.acknowledged, (0..count).collect::<BTreeSet<_>>());
        prop_assert_eq!(stage.stored("pubsub_queue"), 0);
        prop_assert_eq!(stage.broker.next_time(), None);
    }
}
