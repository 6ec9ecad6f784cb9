//! Preconditions, and what it means when one fails.

use crate::Error;
use crate::documents::pb;
use contracts::Refusal;
use prost_types::Timestamp;
use std::collections::HashMap;

/// What must hold of a document for the commit to happen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expect {
    Absent,
    Present,
    Unchanged(Timestamp),
}

/// A precondition, and what its author says when it does not hold.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) name: String,
    pub(crate) expect: Expect,
    /// Whatever stands there now, reading it again and trying again may succeed.
    pub(crate) contended: bool,
    pub(crate) refusal: Option<Refusal>,
}

impl Expect {
    pub(crate) fn precondition(&self) -> pb::Precondition {
        use pb::precondition::ConditionType::{Exists, UpdateTime};
        let condition = match self {
            Self::Absent => Exists(false),
            Self::Present => Exists(true),
            Self::Unchanged(at) => UpdateTime(*at),
        };
        pb::Precondition {
            condition_type: Some(condition),
        }
    }

    fn holds(&self, found: Option<&pb::Document>) -> bool {
        match self {
            Self::Absent => found.is_none(),
            Self::Present => found.is_some(),
            Self::Unchanged(at) => found.is_some_and(|document| document.update_time == Some(*at)),
        }
    }
}

impl Guard {
    fn failure(&self) -> Error {
        match (&self.refusal, &self.expect) {
            (Some(refusal), _) => Error::Refused(refusal.clone()),
            (None, _) if self.contended => Error::Contention,
            (None, Expect::Absent) => Error::Refused(Refusal::conflict(
                "already_exists",
                "there already is one with this id",
            )),
            (None, Expect::Present) => Error::Refused(Refusal::NotFound),
            // whether it was changed or deleted since it was read, reading it again tells
            (None, Expect::Unchanged(_)) => Error::Contention,
        }
    }
}

/// What the first failing guard says, by what is stored now; none when all hold, which was contention that has passed.
pub(crate) fn first_failure(guards: &[Guard], found: &HashMap<String, pb::Document>) -> Option<Error> {
    let failing = guards
        .iter()
        .find(|guard| !guard.expect.holds(found.get(&guard.name)))?;
    Some(failing.failure())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(name: &str, expect: Expect, refusal: Option<Refusal>) -> Guard {
        Guard {
            name: name.to_owned(),
            expect,
            contended: false,
            refusal,
        }
    }

    fn stored(name: &str, seconds: i64) -> (String, pb::Document) {
        let update_time = Some(Timestamp { seconds, nanos: 0 });
        (
            name.to_owned(),
            pb::Document {
                name: name.to_owned(),
                update_time,
                ..Default::default()
            },
        )
    }

    #[test]
    fn the_first_guard_that_fails_speaks() {
        let taken = Refusal::conflict("email_taken", "taken");
        let guards = [
            guard("a", Expect::Absent, None),
            guard("b", Expect::Absent, Some(taken.clone())),
        ];
        let found = HashMap::from([stored("b", 1)]);
        assert!(matches!(first_failure(&guards, &found), Some(Error::Refused(r)) if r == taken));
        assert!(
            first_failure(&guards, &HashMap::new()).is_none(),
            "passed meanwhile"
        );
    }

    #[test]
    fn a_lost_race_to_save_is_contention() {
        let saved = Guard {
            contended: true,
            ..guard("a", Expect::Absent, None)
        };
        let found = HashMap::from([stored("a", 1)]);
        assert!(matches!(
            first_failure(std::slice::from_ref(&saved), &found),
            Some(Error::Contention)
        ));
    }

    #[test]
    fn a_document_that_was_changed_or_deleted_since_it_was_read_is_contention() {
        let guards = [guard(
            "a",
            Expect::Unchanged(Timestamp { seconds: 1, nanos: 0 }),
            None,
        )];
        assert!(first_failure(&guards, &HashMap::from([stored("a", 1)])).is_none());
        for found in [HashMap::from([stored("a", 2)]), HashMap::new()] {
            assert!(matches!(first_failure(&guards, &found), Some(Error::Contention)));
        }
    }
}
