//! The scripts as plain functions, and the laws that they keep whatever is done in whatever order, by however many instances.

use proptest::prelude::*;
use std::collections::BTreeMap;

/// What Redis keeps.
#[derive(Debug, Default)]
struct Board {
    epoch: Option<u32>,
    ticket: u64,
    /// The first and the last ticket of each part that are not covered.
    waiting: BTreeMap<u8, (u64, u64)>,
    busy: Busy,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Busy {
    #[default]
    No,
    Run(u32, u64),
    /// Until this moment.
    Apart(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Lost,
    Covered,
    Wait,
    Mine,
}

impl Board {
    fn draw(&mut self, part: u8, fresh: u32) -> (u32, u64) {
        let epoch = *self.epoch.get_or_insert(fresh);
        self.ticket += 1;
        let ticket = self.ticket;
        self.waiting
            .entry(part)
            .and_modify(|(_, last)| *last = ticket)
            .or_insert((ticket, ticket));
        (epoch, ticket)
    }

    fn look(&mut self, part: u8, (epoch, ticket): (u32, u64), now: u64) -> Seen {
        if self.epoch != Some(epoch) {
            return Seen::Lost;
        }
        if self.waiting.get(&part).is_none_or(|(first, _)| *first > ticket) {
            return Seen::Covered;
        }
        if let Busy::Apart(until) = self.busy
            && until <= now
        {
            self.busy = Busy::No;
        }
        if self.busy == Busy::No {
            self.busy = Busy::Run(epoch, ticket);
            Seen::Mine
        } else {
            Seen::Wait
        }
    }

    fn take(&self, own: u8, most: usize) -> Vec<(u8, u64)> {
        let mut others: Vec<_> = self.waiting.iter().filter(|(part, _)| **part != own).collect();
        others.sort_by_key(|(_, (first, _))| *first);
        let own = self.waiting.get(&own).map(|(_, last)| (own, *last));
        let others = others.into_iter().map(|(part, (_, last))| (*part, *last));
        own.into_iter().chain(others).take(most).collect()
    }

    fn finish(&mut self, (epoch, mark): (u32, u64), until: u64, parts: &[(u8, u64)]) {
        if self.epoch == Some(epoch) {
            for (part, covered) in parts {
                if let Some((first, last)) = self.waiting.get_mut(part) {
                    if *last <= *covered {
                        self.waiting.remove(part);
                    } else {
                        *first = (*first).max(covered + 1);
                    }
                }
            }
        }
        if self.busy == Busy::Run(epoch, mark) {
            self.busy = Busy::Apart(until);
        }
    }
}

/// Somebody who wants a part done.
#[derive(Debug)]
struct Caller {
    part: u8,
    ticket: (u32, u64),
    /// What was true of the part when they called: their run must see it.
    wants: u64,
    done: bool,
}

#[derive(Debug)]
struct Running {
    mark: (u32, u64),
    parts: Vec<(u8, u64)>,
    /// What was true of each part when the run began.
    saw: BTreeMap<u8, u64>,
}

#[derive(Debug, Clone)]
enum Step {
    /// A part changes, and somebody wants it done.
    Call(u8),
    /// A caller looks.
    Look(prop::sample::Index),
    /// A run ends: well, or not, or its instance dies.
    End(prop::sample::Index, bool),
    Die(prop::sample::Index),
    /// Redis loses everything.
    Lose,
    /// Time passes.
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0_u8..4).prop_map(Step::Call),
        8 => any::<prop::sample::Index>().prop_map(Step::Look),
        4 => (any::<prop::sample::Index>(), prop::bool::weighted(0.8)).prop_map(|(at, well)| Step::End(at, well)),
        1 => any::<prop::sample::Index>().prop_map(Step::Die),
        1 => Just(Step::Lose),
        3 => (1_u64..40).prop_map(Step::Pass),
    ]
}

const APART: u64 = 25;

#[derive(Debug, Default)]
struct Play {
    board: Board,
    most: usize,
    now: u64,
    epochs: u32,
    /// How often each part has changed: what is true of it.
    truth: BTreeMap<u8, u64>,
    /// The latest that a run which ended well saw of each part.
    told: BTreeMap<u8, u64>,
    callers: Vec<Caller>,
    running: Vec<Running>,
    /// When the last run ended well, and Redis has kept that.
    ended: Option<u64>,
}

impl Play {
    fn draw(&mut self, part: u8) -> (u32, u64) {
        self.epochs += 1;
        self.board.draw(part, self.epochs)
    }

    fn call(&mut self, part: u8) {
        let wants = self.truth.entry(part).or_default();
        *wants += 1;
        let wants = *wants;
        let ticket = self.draw(part);
        self.callers.push(Caller {
            part,
            ticket,
            wants,
            done: false,
        });
    }

    fn look(&mut self, at: usize) {
        let (part, ticket) = (self.callers[at].part, self.callers[at].ticket);
        match self.board.look(part, ticket, self.now) {
            Seen::Wait => {}
            Seen::Lost => self.callers[at].ticket = self.draw(part),
            Seen::Covered => {
                let told = self.told.get(&part).copied().unwrap_or_default();
                assert!(
                    told >= self.callers[at].wants,
                    "covered by a run that did not see it"
                );
                self.callers[at].done = true;
            }
            Seen::Mine => {
                assert!(
                    self.ended.is_none_or(|ended| self.now >= ended + APART),
                    "too soon after another"
                );
                let parts = self.board.take(part, self.most);
                assert_eq!(
                    parts.first().map(|(part, _)| *part),
                    Some(part),
                    "one's own first"
                );
                self.running.push(Running {
                    mark: ticket,
                    parts,
                    saw: self.truth.clone(),
                });
                self.callers[at].done = true;
            }
        }
        self.callers.retain(|caller| !caller.done);
    }

    fn end(&mut self, at: usize, well: bool) {
        let run = self.running.swap_remove(at);
        let own = run.parts[0].0;
        if well {
            for (part, _) in &run.parts {
                let told = self.told.entry(*part).or_default();
                *told = (*told).max(run.saw[part]);
            }
            let before = self.board.busy;
            self.board.finish(run.mark, self.now + APART, &run.parts);
            if before != self.board.busy {
                self.ended = Some(self.now);
            }
        } else {
            if self.board.busy == Busy::Run(run.mark.0, run.mark.1) {
                self.board.busy = Busy::No;
            }
            // the event comes again: whoever ran wants it still
            let ticket = self.draw(own);
            self.callers.push(Caller {
                part: own,
                ticket,
                wants: run.saw[&own],
                done: false,
            });
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Call(part) => self.call(*part),
            Step::Look(at) if !self.callers.is_empty() => self.look(at.index(self.callers.len())),
            Step::End(at, well) if !self.running.is_empty() => {
                self.end(at.index(self.running.len()), *well);
            }
            // a dead instance's run: Redis forgets its mark after a while, its event comes again
            Step::Die(at) if !self.running.is_empty() => self.end(at.index(self.running.len()), false),
            Step::Look(_) | Step::End(..) | Step::Die(_) => {}
            Step::Lose => {
                self.board = Board::default();
                self.ended = None;
            }
            Step::Pass(time) => self.now += time,
        }
    }
}

proptest! {
    /// Nobody is covered by a run that began before they called, runs are apart, and when everybody is done the last state of every part was seen.
    #[test]
    fn every_last_state_is_seen_and_runs_keep_their_pace(most in 1_usize..5, steps in prop::collection::vec(step(), 0..120)) {
        let mut play = Play { most, ..Play::default() };
        for step in &steps {
            play.step(step);
        }
        let mut rounds = 0;
        while !(play.callers.is_empty() && play.running.is_empty()) {
            rounds += 1;
            prop_assert!(rounds < 1000, "somebody waits for ever: {play:?}");
            while !play.running.is_empty() {
                play.end(0, true);
            }
            play.now += APART;
            for at in (0..play.callers.len()).rev() {
                play.look(at);
            }
        }
        prop_assert_eq!(&play.told, &play.truth);
        prop_assert!(play.board.waiting.is_empty(), "nothing is left behind");
    }
}
