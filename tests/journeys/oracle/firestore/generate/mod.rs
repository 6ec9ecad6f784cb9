//! Histories out of chance.

mod locks;
mod names;
mod queries;
mod values;
mod writes;

use super::step::{At, Mode, Step};
use crate::oracle::chance::Chance;
use locks::Locks;

/// The history of a seed, in the database `database`: the same one, whatever the database's name.
pub(super) fn history(seed: u64, length: usize, database: &str) -> Vec<Step> {
    let root = format!("{database}/documents");
    let mut teller = Teller {
        chance: Chance::of(seed),
        root,
        locks: Locks::default(),
    };
    let mut steps = Vec::with_capacity(length);
    while steps.len() < length {
        let number = steps.len();
        steps.extend(teller.step(number));
    }
    steps
}

struct Teller {
    chance: Chance,
    root: String,
    locks: Locks,
}

impl Teller {
    /// The next step, if it is one that would not have to wait for a lock: how long is no part of the comparison.
    fn step(&mut self, number: usize) -> Vec<Step> {
        match self.chance.below(100) {
            0..25 => self.commit(number),
            25..31 => self.batch_write(number),
            31..40 => self.write_one(number),
            40..50 => self.get(number),
            50..54 => self.list(number),
            54..80 => self.query(number),
            80..86 => self.aggregate(number),
            86..93 => self.begin(number),
            _ => self.end(number),
        }
    }

    fn commit(&mut self, number: usize) -> Vec<Step> {
        let writes = writes::writes(&mut self.chance, &self.root, number);
        if !self.locks.allow(&writes, None) {
            return Vec::new();
        }
        vec![Step::Commit {
            writes,
            transaction: None,
        }]
    }

    fn batch_write(&mut self, number: usize) -> Vec<Step> {
        let writes = writes::writes(&mut self.chance, &self.root, number);
        if self.locks.allow(&writes, None) {
            vec![Step::BatchWrite(writes)]
        } else {
            Vec::new()
        }
    }

    fn write_one(&mut self, number: usize) -> Vec<Step> {
        let path = names::path(&mut self.chance);
        let mask = values::mask(&mut self.chance);
        let step = match self.chance.below(3) {
            0 => {
                let parent = names::parent(&mut self.chance);
                let parent = if parent.is_empty() {
                    self.root.clone()
                } else {
                    format!("{}/{parent}", self.root)
                };
                let document = values::document(&mut self.chance, String::new(), &self.root);
                let collection = self.chance.of_these(&["a", "b", "c"]).to_owned();
                Step::Create {
                    parent,
                    collection,
                    id: names::id(&mut self.chance),
                    document,
                    mask,
                }
            }
            1 => Step::Update {
                document: values::document(&mut self.chance, format!("{}/{path}", self.root), &self.root),
                update_mask: values::mask(&mut self.chance),
                mask,
                when: writes::condition(&mut self.chance, number),
            },
            _ => Step::Delete {
                name: format!("{}/{path}", self.root),
                when: writes::condition(&mut self.chance, number),
            },
        };
        if self.locks.free() { vec![step] } else { Vec::new() }
    }

    /// What a read is tied to; a new transaction stays open.
    fn at(&mut self, number: usize, new: bool) -> At {
        match self.chance.below(12) {
            0 | 1 => At::Time(number.saturating_sub(1 + self.chance.below(8))),
            2..5 => self.locks.any(&mut self.chance).map_or(At::Now, At::Transaction),
            5 if new && self.locks.few() => At::New(if self.chance.one_in(2) {
                Mode::ReadWrite
            } else {
                Mode::ReadOnly
            }),
            _ => At::Now,
        }
    }

    fn get(&mut self, number: usize) -> Vec<Step> {
        let mask = values::mask(&mut self.chance);
        let batch = self.chance.one_in(2);
        let at = self.at(number, batch);
        let paths = self.chance.some(1, if batch { 4 } else { 1 }, names::path);
        let names: Vec<String> = paths.iter().map(|path| format!("{}/{path}", self.root)).collect();
        self.locks.read(&at, number, &names);
        vec![match names.first() {
            Some(name) if !batch => Step::Get {
                name: name.clone(),
                mask,
                at,
            },
            _ => Step::BatchGet { names, mask, at },
        }]
    }

    fn list(&mut self, number: usize) -> Vec<Step> {
        let parent = names::parent(&mut self.chance);
        let parent = if parent.is_empty() {
            self.root.clone()
        } else {
            format!("{}/{parent}", self.root)
        };
        let size = self.chance.of_these(&[0, 1, 2, 3, 5]);
        if self.chance.one_in(3) {
            return vec![Step::ListIds { parent, size }];
        }
        let at = self.at(number, false);
        self.locks.look(&at, number);
        vec![Step::List {
            parent,
            collection: self.chance.of_these(&["a", "b", "c"]).to_owned(),
            size,
            order: self
                .chance
                .of_these(&[
                    "",
                    "",
                    "",
                    "a",
                    "a desc",
                    "__name__",
                    "__name__ desc",
                    "a, b desc",
                    "m.x asc",
                ])
                .to_owned(),
            missing: self.chance.one_in(3),
            mask: values::mask(&mut self.chance),
            at,
        }]
    }

    fn query(&mut self, number: usize) -> Vec<Step> {
        let (parent, query) = queries::query(&mut self.chance, &self.root);
        let at = self.at(number, true);
        self.locks.look(&at, number);
        vec![Step::Query { parent, query, at }]
    }

    fn aggregate(&mut self, number: usize) -> Vec<Step> {
        let (parent, query) = queries::aggregation(&mut self.chance, &self.root);
        let at = self.at(number, true);
        self.locks.look(&at, number);
        vec![Step::Aggregate { parent, query, at }]
    }

    fn begin(&mut self, number: usize) -> Vec<Step> {
        if !self.locks.few() {
            return Vec::new();
        }
        let mode = match self.chance.below(6) {
            0 => Mode::Past(number.saturating_sub(1 + self.chance.below(8))),
            1 => Mode::ReadOnly,
            2 => self
                .locks
                .ended(&mut self.chance)
                .map_or(Mode::ReadWrite, Mode::Again),
            _ => Mode::ReadWrite,
        };
        self.locks.begin(number);
        vec![Step::Begin(mode)]
    }

    /// Ends a transaction, or tries to end one that has ended.
    fn end(&mut self, number: usize) -> Vec<Step> {
        if let Some(ended) = self.chance.maybe(6, |chance| self.locks.ended(chance)).flatten() {
            return vec![if self.chance.one_in(2) {
                Step::Rollback(ended)
            } else {
                Step::Commit {
                    writes: Vec::new(),
                    transaction: Some(ended),
                }
            }];
        }
        let Some(begun) = self.locks.any(&mut self.chance) else {
            return Vec::new();
        };
        let writes = writes::writes(&mut self.chance, &self.root, number);
        if self.chance.one_in(4) || !self.locks.allow(&writes, Some(begun)) {
            self.locks.end(begun);
            return vec![Step::Rollback(begun)];
        }
        self.locks.end(begun);
        // a commit that was refused may have left it open
        vec![
            Step::Commit {
                writes,
                transaction: Some(begun),
            },
            Step::Rollback(begun),
        ]
    }
}
