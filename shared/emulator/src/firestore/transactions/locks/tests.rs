//! The rules one by one, and their laws over random schedules.

use super::{Answer, Footprint, Locks, Owner, Range, Ticket, Touch, Wish};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// All documents whose names begin so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Prefix(String);

impl Range for Prefix {
    fn covers(&self, touch: &Touch) -> bool {
        touch.name.starts_with(&self.0)
    }
}

fn owner(age: u64) -> Owner {
    Owner { age, serial: age }
}

fn read(names: &[&str]) -> Wish<Prefix> {
    Wish::Read(Footprint {
        documents: names.iter().map(|name| (*name).to_owned()).collect(),
        ranges: Vec::new(),
    })
}

fn query(prefix: &str) -> Wish<Prefix> {
    Wish::Read(Footprint {
        documents: BTreeSet::new(),
        ranges: vec![Prefix(prefix.to_owned())],
    })
}

fn write(names: &[&str]) -> Wish<Prefix> {
    let touch = |name: &&str| Touch {
        name: (*name).to_owned(),
        before: None,
        after: None,
    };
    Wish::Write(names.iter().map(touch).collect())
}

/// Asks as a call that comes now.
fn comes(locks: &mut Locks<Prefix>, owner: Option<Owner>, wish: Wish<Prefix>) -> (Ticket, Answer) {
    let ticket = locks.ticket();
    (ticket, locks.ask(ticket, owner, wish))
}

#[test]
fn a_write_waits_for_the_reader_and_goes_on_when_it_ends() {
    let mut locks = Locks::default();
    assert_eq!(comes(&mut locks, Some(owner(1)), read(&["a"])).1, Answer::Granted);
    assert_eq!(comes(&mut locks, None, write(&["b"])).1, Answer::Granted);
    let (ticket, answer) = comes(&mut locks, None, write(&["b", "a"]));
    assert_eq!(answer, Answer::Waits);
    assert!(locks.take_changed());
    assert_eq!(locks.ask(ticket, None, write(&["b", "a"])), Answer::Waits);
    assert!(!locks.take_changed(), "asking again in vain wakes nobody");
    locks.release(owner(1));
    assert!(locks.take_changed());
    assert_eq!(locks.ask(ticket, None, write(&["b", "a"])), Answer::Granted);
}

#[test]
fn a_transaction_does_not_wait_for_itself() {
    let mut locks = Locks::default();
    comes(&mut locks, Some(owner(1)), read(&["a"]));
    comes(&mut locks, Some(owner(1)), query("b"));
    assert_eq!(
        comes(&mut locks, Some(owner(1)), write(&["a", "bx"])).1,
        Answer::Granted
    );
}

#[test]
fn what_would_come_into_a_range_waits() {
    let mut locks = Locks::default();
    comes(&mut locks, Some(owner(1)), query("b/"));
    assert_eq!(comes(&mut locks, None, write(&["b/9"])).1, Answer::Waits);
    assert_eq!(comes(&mut locks, None, write(&["c/9"])).1, Answer::Granted);
}

#[test]
fn of_two_that_read_and_write_the_same_the_younger_is_aborted() {
    for elder_first in [true, false] {
        let mut locks = Locks::default();
        let (elder, younger) = (owner(1), owner(2));
        comes(&mut locks, Some(elder), read(&["a"]));
        comes(&mut locks, Some(younger), read(&["a"]));
        let (first, second) = if elder_first {
            (elder, younger)
        } else {
            (younger, elder)
        };
        let (ticket, answer) = comes(&mut locks, Some(first), write(&["a"]));
        assert_eq!(answer, Answer::Waits);
        let (_, answer) = comes(&mut locks, Some(second), write(&["a"]));
        if elder_first {
            assert_eq!(answer, Answer::Aborted);
            assert_eq!(locks.ask(ticket, Some(elder), write(&["a"])), Answer::Granted);
        } else {
            assert_eq!(answer, Answer::Granted);
            locks.release(elder);
            assert_eq!(locks.ask(ticket, Some(younger), write(&["a"])), Answer::Aborted);
        }
    }
}

#[test]
fn a_new_reader_waits_behind_a_waiting_commit() {
    let mut locks = Locks::default();
    comes(&mut locks, Some(owner(1)), read(&["a"]));
    let (commit, _) = comes(&mut locks, None, write(&["a"]));
    let (reader, answer) = comes(&mut locks, Some(owner(2)), read(&["a"]));
    assert_eq!(answer, Answer::Waits);
    assert_eq!(comes(&mut locks, Some(owner(1)), read(&["a"])).1, Answer::Granted);
    locks.release(owner(1));
    assert_eq!(locks.ask(reader, Some(owner(2)), read(&["a"])), Answer::Waits);
    assert_eq!(locks.ask(commit, None, write(&["a"])), Answer::Granted);
    assert_eq!(locks.ask(reader, Some(owner(2)), read(&["a"])), Answer::Granted);
}

#[test]
fn commits_of_one_document_keep_their_order() {
    let mut locks = Locks::default();
    comes(&mut locks, Some(owner(1)), read(&["a"]));
    let (first, _) = comes(&mut locks, None, write(&["a", "b"]));
    let (second, answer) = comes(&mut locks, None, write(&["b"]));
    assert_eq!(answer, Answer::Waits);
    locks.release(owner(1));
    assert_eq!(locks.ask(second, None, write(&["b"])), Answer::Waits);
    assert_eq!(locks.ask(first, None, write(&["a", "b"])), Answer::Granted);
    assert_eq!(locks.ask(second, None, write(&["b"])), Answer::Granted);
}

#[test]
fn a_reader_overtakes_a_commit_that_waits_for_it() {
    let mut locks = Locks::default();
    comes(&mut locks, Some(owner(1)), read(&["a"]));
    let (commit, _) = comes(&mut locks, None, write(&["a", "b"]));
    assert_eq!(comes(&mut locks, Some(owner(1)), read(&["b"])).1, Answer::Granted);
    assert_eq!(locks.ask(commit, None, write(&["a", "b"])), Answer::Waits);
}

#[test]
fn a_circle_of_three_through_a_queue_is_broken_without_a_loser() {
    let mut locks = Locks::default();
    comes(&mut locks, Some(owner(1)), read(&["a"]));
    comes(&mut locks, Some(owner(3)), read(&["c"]));
    let (second, _) = comes(&mut locks, None, write(&["a"]));
    let (third, answer) = comes(&mut locks, Some(owner(3)), read(&["a"]));
    assert_eq!(answer, Answer::Waits);
    assert_eq!(comes(&mut locks, Some(owner(1)), write(&["c"])).1, Answer::Waits);
    assert!(locks.take_changed(), "the reader in the queue is to look again");
    assert_eq!(locks.ask(third, Some(owner(3)), read(&["a"])), Answer::Granted);
    assert_eq!(locks.ask(second, None, write(&["a"])), Answer::Waits);
}

/// One call of a random schedule.
#[derive(Debug, Clone)]
enum Step {
    Read(Vec<u8>),
    Query(u8),
    Write(Vec<u8>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let names = || proptest::collection::vec(0..6u8, 1..4);
    let step = prop_oneof![
        3 => names().prop_map(Step::Read),
        1 => (0..3u8).prop_map(Step::Query),
    ];
    (proptest::collection::vec(step, 0..4), names()).prop_map(|(mut steps, last)| {
        steps.push(Step::Write(last));
        steps
    })
}

/// Documents are `g/n` with three groups of two.
fn name(number: u8) -> String {
    format!("{}/{number}", number % 3)
}

fn wish(step: &Step) -> Wish<Prefix> {
    match step {
        Step::Read(numbers) => Wish::Read(Footprint {
            documents: numbers.iter().map(|number| name(*number)).collect(),
            ranges: Vec::new(),
        }),
        Step::Query(group) => query(&format!("{group}/")),
        Step::Write(numbers) => {
            let names: Vec<String> = numbers.iter().map(|number| name(*number)).collect();
            write(&names.iter().map(String::as_str).collect::<Vec<_>>())
        }
    }
}

/// A transaction, or a plain commit, on its way through its steps.
#[derive(Debug)]
struct Actor {
    owner: Option<Owner>,
    steps: Vec<Step>,
    at: usize,
    waits: Option<Ticket>,
    /// Whether anything changed since it was told to wait.
    woken: bool,
    over: bool,
    /// The version of each document it has read, by name.
    seen: BTreeMap<String, u64>,
}

/// The schedule as it is played, over versions of documents.
struct World {
    locks: Locks<Prefix>,
    actors: Vec<Actor>,
    versions: BTreeMap<String, u64>,
    writes: u64,
}

impl World {
    /// Plays the next step of one actor. Answers whether anything moved.
    fn play(&mut self, index: usize) -> bool {
        let actor = &mut self.actors[index];
        let step = actor.steps[actor.at].clone();
        let ticket = actor.waits.unwrap_or_else(|| self.locks.ticket());
        let answer = self.locks.ask(ticket, actor.owner, wish(&step));
        assert!(
            actor.woken || answer == Answer::Waits,
            "nobody told {ticket} to look again"
        );
        actor.woken = false;
        let moved = self.answered(index, ticket, &step, answer);
        if self.locks.take_changed() {
            self.actors.iter_mut().for_each(|actor| actor.woken = true);
        }
        moved
    }

    fn answered(&mut self, index: usize, ticket: Ticket, step: &Step, answer: Answer) -> bool {
        let actor = &mut self.actors[index];
        match answer {
            Answer::Waits => {
                let fresh = actor.waits.is_none();
                actor.waits = Some(ticket);
                fresh
            }
            Answer::Aborted => {
                assert!(actor.owner.is_some(), "a plain commit is never in a circle");
                self.end(index);
                true
            }
            Answer::Granted => {
                self.granted(index, step);
                true
            }
        }
    }

    fn granted(&mut self, index: usize, step: &Step) {
        let actor = &mut self.actors[index];
        actor.waits = None;
        actor.woken = true;
        actor.at += 1;
        match step {
            Step::Read(numbers) => {
                for number in numbers {
                    let version = self.versions.get(&name(*number)).copied().unwrap_or(0);
                    actor.seen.insert(name(*number), version);
                }
            }
            Step::Query(group) => {
                for number in (0..6).filter(|number| number % 3 == *group) {
                    let version = self.versions.get(&name(number)).copied().unwrap_or(0);
                    actor.seen.insert(name(number), version);
                }
            }
            Step::Write(numbers) => {
                for (name, version) in &actor.seen {
                    assert_eq!(
                        self.versions.get(name).copied().unwrap_or(0),
                        *version,
                        "{name} was changed"
                    );
                }
                self.writes += 1;
                for number in numbers.iter().collect::<BTreeSet<_>>() {
                    self.versions.insert(name(*number), self.writes);
                }
                self.end(index);
            }
        }
    }

    fn end(&mut self, index: usize) {
        let actor = &mut self.actors[index];
        actor.over = true;
        if let Some(owner) = actor.owner {
            self.locks.release(owner);
        }
    }
}

proptest! {
    /// What was read stays so until the reader commits (so that the order of commits is a serial order of all), whoever can go on is
    /// told to look, and while anybody waits somebody can go on.
    #[test]
    fn reads_hold_and_nobody_waits_for_ever(
        scripts in proptest::collection::vec((any::<bool>(), steps()), 1..8),
        choices in proptest::collection::vec(0..64usize, 0..80),
    ) {
        let actor = |(index, (plain, steps)): (usize, (bool, Vec<Step>))| Actor {
            owner: (!plain).then(|| owner(index as u64)),
            steps: if plain { steps.into_iter().rev().take(1).collect() } else { steps },
            at: 0,
            waits: None,
            woken: true,
            over: false,
            seen: BTreeMap::new(),
        };
        let mut world = World {
            locks: Locks::default(),
            actors: scripts.into_iter().enumerate().map(actor).collect(),
            versions: BTreeMap::new(),
            writes: 0,
        };
        for choice in choices {
            let alive: Vec<usize> = (0..world.actors.len()).filter(|index| !world.actors[*index].over).collect();
            let Some(index) = alive.get(choice % alive.len().max(1)) else { break };
            world.play(*index);
        }
        loop {
            let alive: Vec<usize> = (0..world.actors.len()).filter(|index| !world.actors[*index].over).collect();
            if alive.is_empty() {
                break;
            }
            let mut moved = false;
            for index in alive {
                moved |= world.play(index);
            }
            prop_assert!(moved, "all wait: {:?}", world.locks);
        }
        prop_assert!(world.locks.held.is_empty() && world.locks.waiting.is_empty());
    }
}
