//! What calls cost, as the cloud bills them.
//!
//! Source: <https://cloud.google.com/firestore/pricing>.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// Where an answer says what it cost, in its headers.
const HEADER: HeaderName = HeaderName::from_static("x-emulator-operations");
/// An aggregation costs a read for as many index entries.
const ENTRIES_A_READ: u64 = 1000;

/// What was read and written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Operations {
    /// Documents read, as billed.
    pub(crate) reads: u64,
    /// Documents written, as billed.
    pub(crate) writes: u64,
    /// Documents deleted, as billed.
    pub(crate) deletes: u64,
    /// Index entries read; those of a collection's names count too.
    pub(crate) entries: u64,
}

impl AddAssign for Operations {
    fn add_assign(&mut self, other: Self) {
        self.reads += other.reads;
        self.writes += other.writes;
        self.deletes += other.deletes;
        self.entries += other.entries;
    }
}

impl Operations {
    /// Documents that were asked for by name: those that are not there cost the same.
    pub(crate) fn gets(asked: usize) -> Self {
        Self {
            reads: count(asked),
            ..Self::default()
        }
    }

    /// A query or a list: a read for each document that was answered or skipped, and one for nothing.
    pub(crate) fn query(found: usize, entries: u64) -> Self {
        Self {
            reads: count(found).max(1),
            entries,
            ..Self::default()
        }
    }

    /// An aggregation: a read for each thousand entries or part of it, and one for nothing.
    pub(crate) fn aggregation(entries: u64) -> Self {
        Self {
            reads: entries.div_ceil(ENTRIES_A_READ).max(1),
            entries,
            ..Self::default()
        }
    }

    fn header(&self) -> Option<HeaderValue> {
        let Self {
            reads,
            writes,
            deletes,
            entries,
        } = self;
        let text = format!("reads={reads},writes={writes},deletes={deletes},entries={entries}");
        HeaderValue::from_str(&text).ok()
    }

    /// Says in an answer's headers what it cost.
    pub(crate) fn show(&self, headers: &mut HeaderMap) {
        if let Some(value) = self.header() {
            headers.insert(HEADER, value);
        }
    }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

/// What was billed since the start or the last reset, by project and method.
#[derive(Debug, Default)]
pub(crate) struct Bills {
    by_project: BTreeMap<String, BTreeMap<String, Operations>>,
}

impl Bills {
    /// Adds a call's cost.
    pub(crate) fn add(&mut self, project: &str, method: &str, operations: Operations) {
        let methods = self.by_project.entry(project.to_owned()).or_default();
        *methods.entry(method.to_owned()).or_default() += operations;
    }

    /// What a project's calls cost, by method.
    pub(crate) fn of(&self, project: &str) -> BTreeMap<String, Operations> {
        self.by_project.get(project).cloned().unwrap_or_default()
    }

    /// Begins anew for a project.
    pub(crate) fn reset(&mut self, project: &str) {
        self.by_project.remove(project);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_found_costs_one_and_aggregations_a_thousandth() {
        assert_eq!(Operations::gets(3).reads, 3);
        assert_eq!(
            (Operations::query(0, 5).reads, Operations::query(7, 9).reads),
            (1, 7)
        );
        let aggregation = |entries| Operations::aggregation(entries).reads;
        assert_eq!((aggregation(0), aggregation(1000), aggregation(1001)), (1, 1, 2));
    }

    #[test]
    fn bills_add_up_by_project_and_method() {
        let mut bills = Bills::default();
        let cost = Operations {
            writes: 2,
            deletes: 1,
            ..Operations::gets(1)
        };
        bills.add("p", "Commit", cost);
        bills.add("p", "Commit", cost);
        bills.add("q", "Commit", cost);
        assert_eq!(bills.of("p")["Commit"].writes, 4);
        bills.reset("p");
        assert!(bills.of("p").is_empty() && bills.of("q").len() == 1);
        let mut headers = HeaderMap::new();
        cost.show(&mut headers);
        assert_eq!(
            headers["x-emulator-operations"],
            "reads=1,writes=2,deletes=1,entries=0"
        );
    }
}
