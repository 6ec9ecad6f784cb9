//! Random histories of a subscription that is pulled, with seeks, snapshots, expiry and crashes, against a model that keeps everything in
//! maps: every pull must answer exactly what the model does.

mod messages;
mod stage;

use super::Broker;
use crate::pubsub::time::timestamp;
use crate::testing::cases;
use gcloud_sdk::google::pubsub::v1::seek_request::Target;
use messages::{Had, Message, Model};
use proptest::prelude::*;
use stage::{DEADLINE, FEED, Kind, RETENTION, SECOND, SNAPSHOT, Stage, number};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that happens; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Event {
    Publish(Vec<usize>),
    Pull(u64, usize),
    Acknowledge(usize),
    Nack(usize),
    Extend(usize),
    Wait(i64),
    SeekBack(i64),
    Snapshot,
    SeekSnapshot,
    Crash,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        5 => proptest::collection::vec(0_usize..4, 1..4).prop_map(Event::Publish),
        6 => (1_u64..3, 1_usize..6).prop_map(|(owner, max)| Event::Pull(owner, max)),
        4 => any::<usize>().prop_map(Event::Acknowledge),
        4 => any::<usize>().prop_map(Event::Nack),
        1 => any::<usize>().prop_map(Event::Extend),
        2 => (0_i64..15 * SECOND).prop_map(Event::Wait),
        1 => (0_i64..2 * RETENTION).prop_map(Event::Wait),
        1 => (-10 * SECOND..60 * SECOND).prop_map(Event::SeekBack),
        1 => Just(Event::Snapshot),
        1 => Just(Event::SeekSnapshot),
        1 => Just(Event::Crash),
    ];
    proptest::collection::vec(event, 0..60)
}

/// Both together.
struct Both {
    stage: Stage,
    model: Model,
    leases: Vec<Had>,
    next: u32,
}

impl Both {
    fn pull(&mut self, owner: u64, max: usize) -> Result<usize, TestCaseError> {
        let now = self.stage.now;
        self.model.tick(now);
        let leases = self.stage.pull(owner, max);
        let found: Vec<(u32, u32)> = leases
            .iter()
            .map(|lease| (number(lease), lease.attempt))
            .collect();
        prop_assert_eq!(&found, &self.model.pull(owner, max, now));
        self.leases.extend(leases.iter().map(|lease| Had {
            number: number(lease),
            delivery: lease.id,
            attempt: lease.attempt,
            life: self.model.messages[&number(lease)].lives,
        }));
        Ok(found.len())
    }

    fn acknowledge(&mut self, lease: Had) {
        self.model.acknowledge(lease);
        let Had {
            delivery, attempt, ..
        } = lease;
        self.stage
            .step(|broker, store, now| broker.acknowledge(store, FEED, delivery, attempt, now));
    }

    fn happen(&mut self, event: Event) -> Result<(), TestCaseError> {
        let chosen = |n: usize, leases: &[Had]| leases.get(n % leases.len().max(1)).copied();
        match event {
            Event::Publish(keys) => {
                for key in keys.into_iter().map(|key| ["", "", "a", "b"][key]) {
                    self.stage.publish(self.next, key);
                    let message = Message {
                        key,
                        published: self.stage.now,
                        open: true,
                        ..Message::default()
                    };
                    self.model.messages.insert(self.next, message);
                    self.next += 1;
                }
            }
            Event::Pull(owner, max) => {
                self.pull(owner, max)?;
            }
            Event::Acknowledge(n) => {
                if let Some(lease) = chosen(n, &self.leases) {
                    self.acknowledge(lease);
                }
            }
            Event::Nack(n) => {
                if let Some(lease) = chosen(n, &self.leases) {
                    let (delivery, attempt) = (lease.delivery, lease.attempt);
                    if self.model.knows(lease) {
                        self.model.nack(lease.number, attempt);
                    }
                    self.stage
                        .step(|broker, store, now| broker.give_back(store, FEED, delivery, attempt, now));
                }
            }
            Event::Extend(n) => {
                if let Some(lease) = chosen(n, &self.leases) {
                    let (delivery, attempt) = (lease.delivery, lease.attempt);
                    let until = self.stage.now + 3 * DEADLINE;
                    if self.model.knows(lease) && self.model.stands(lease.number, attempt) {
                        let message = self.model.messages.get_mut(&lease.number).unwrap();
                        message.lease = message.lease.map(|(owner, _)| (owner, until));
                    }
                    self.stage
                        .step(|broker, store, _| broker.extend(store, FEED, delivery, attempt, until));
                }
            }
            Event::Wait(micros) => {
                self.stage.now += micros;
                self.model.tick(self.stage.now);
                self.stage.step(Broker::tick);
            }
            Event::SeekBack(micros) => {
                let time = self.stage.now - micros;
                self.stage.seek(Target::Time(timestamp(time)));
                self.model.seek(|_, message| message.published >= time);
            }
            Event::Snapshot => {
                self.model.snapshot = None;
                if self.stage.snapshot() {
                    self.model.snapshot = Some((self.model.open(), self.next));
                }
            }
            Event::SeekSnapshot => {
                if self.model.snapshot.is_some() {
                    self.stage.seek(Target::Snapshot(SNAPSHOT.into()));
                    self.model.seek_snapshot();
                }
            }
            Event::Crash => {
                self.stage.crash();
                self.model.crash();
            }
        }
        let open = self.stage.broker.subscriptions[FEED].queue.backlog().open;
        prop_assert_eq!(open, self.model.open().len() as u64);
        Ok(())
    }
}

fn hold(kind: Kind, events: Vec<Event>) -> Result<(), TestCaseError> {
    let model = Model {
        kind,
        messages: BTreeMap::new(),
        gone: BTreeMap::new(),
        buried: BTreeSet::new(),
        snapshot: None,
    };
    let mut both = Both {
        stage: Stage::new(kind),
        model,
        leases: Vec::new(),
        next: 0,
    };
    for event in events {
        both.happen(event)?;
    }
    // what is left can be had, by one who acknowledges all, and then nothing is left
    both.happen(Event::Crash)?;
    loop {
        let from = both.leases.len();
        if both.pull(9, 7)? == 0 {
            break;
        }
        for lease in both.leases.split_off(from) {
            both.acknowledge(lease);
        }
    }
    prop_assert!(both.model.open().is_empty());
    let dead = both.stage.broker.topics["projects/p/topics/dead"]
        .logged()
        .count();
    prop_assert!(dead >= both.model.buried.len());
    Ok(())
}

proptest! {
    #![proptest_config(cases(96))]
    #[test]
    fn a_subscription_does_what_its_model_does(ordered: bool, retains: bool, buries: bool, events in events()) {
        hold(Kind { ordered, retains, buries }, events)?;
    }
}
