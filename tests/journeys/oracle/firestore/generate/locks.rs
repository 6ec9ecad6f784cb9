//! What running transactions of a history have locked, seen coarsely: enough to tell only histories in which nobody has to wait.

use crate::oracle::chance::Chance;
use crate::oracle::firestore::step::At;
use gcloud_sdk::google::firestore::v1::Write;
use gcloud_sdk::google::firestore::v1::write::Operation;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
struct Held {
    names: BTreeSet<String>,
    /// Whether it has looked through any collection.
    all: bool,
}

/// Transactions by the steps that began them.
#[derive(Debug, Default)]
pub(super) struct Locks {
    running: BTreeMap<usize, Held>,
    ended: Vec<usize>,
}

impl Locks {
    pub(super) fn few(&self) -> bool {
        self.running.len() < 2
    }

    pub(super) fn free(&self) -> bool {
        self.running.is_empty()
    }

    pub(super) fn any(&self, chance: &mut Chance) -> Option<usize> {
        let all: Vec<usize> = self.running.keys().copied().collect();
        (!all.is_empty()).then(|| chance.of_these(&all))
    }

    pub(super) fn ended(&self, chance: &mut Chance) -> Option<usize> {
        (!self.ended.is_empty()).then(|| chance.of_these(&self.ended))
    }

    pub(super) fn begin(&mut self, number: usize) {
        self.running.insert(number, Held::default());
    }

    pub(super) fn end(&mut self, begun: usize) {
        self.running.remove(&begun);
        self.ended.push(begun);
    }

    fn held(&mut self, at: &At, number: usize) -> Option<&mut Held> {
        match at {
            At::Now | At::Time(_) => None,
            At::Transaction(begun) => self.running.get_mut(begun),
            At::New(_) => Some(self.running.entry(number).or_default()),
        }
    }

    pub(super) fn read(&mut self, at: &At, number: usize, names: &[String]) {
        if let Some(held) = self.held(at, number) {
            held.names.extend(names.iter().cloned());
        }
    }

    pub(super) fn look(&mut self, at: &At, number: usize) {
        if let Some(held) = self.held(at, number) {
            held.all = true;
        }
    }

    /// Whether nobody but the transaction `own` holds any of these documents.
    pub(super) fn allow(&self, writes: &[Write], own: Option<usize>) -> bool {
        let mut others = self
            .running
            .iter()
            .filter(|(begun, _)| Some(**begun) != own)
            .map(|(_, held)| held);
        others.all(|held| !held.all && writes.iter().all(|write| !held.names.contains(name(write))))
    }
}

fn name(write: &Write) -> &str {
    match write.operation.as_ref() {
        Some(Operation::Update(document)) => &document.name,
        Some(Operation::Delete(name)) => name,
        Some(Operation::Transform(transform)) => &transform.document,
        None => "",
    }
}
