//! An account's erasure: who has erased what, round by round.

use super::due::shard_of;
use cloud::Document;
use contracts::events::accounts::{AccountDeleted, AccountErased};
use contracts::resources::{ErasedPart, ErasureReport, ErasureState, Remaining};
use contracts::{ErasureId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Rounds: what late events and tokens that were still good brought back after the first is erased in the second.
const ROUNDS: u32 = 2;

/// An erasure, in `erasures`. When it is complete, nothing in it tells whose account it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Erasure {
    pub(crate) erasure_id: ErasureId,
    /// Whose account; gone when all is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<UserId>,
    pub(crate) requested_at: Timestamp,
    /// Who is to report.
    pub(crate) functions: Vec<String>,
    pub(crate) round: u32,
    /// What they said.
    pub(crate) parts: Vec<Part>,
    /// When the sweep looks after it: the next round, or once more the same for who did not report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<Timestamp>,
    /// Which part of the sweep looks after it.
    pub(crate) shard: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) completed_at: Option<Timestamp>,
}

/// What a function said in a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    pub(crate) function: String,
    pub(crate) round: u32,
    pub(crate) counts: BTreeMap<String, u64>,
}

/// How long things take; configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Between two rounds: longer than an access token is good and an event is delivered again.
    pub(crate) between: Duration,
    /// How long a function may be silent before it is told again.
    pub(crate) patience: Duration,
}

impl Erasure {
    /// One that begins now: the event that is to go out with it.
    pub(crate) fn begun(
        user: UserId,
        functions: Vec<String>,
        now: Timestamp,
        pace: Pace,
    ) -> (Self, AccountDeleted) {
        let erasure_id = ErasureId::random();
        let erasure = Self {
            erasure_id,
            user_id: Some(user),
            requested_at: now,
            functions,
            round: 1,
            parts: Vec::new(),
            due_at: Some(now + pace.patience),
            shard: shard_of(erasure_id.as_bytes()),
            completed_at: None,
        };
        let event = AccountDeleted {
            user_id: user,
            erasure_id,
            round: 1,
        };
        (erasure, event)
    }

    /// After a function has reported: the same when it told nothing new.
    pub(crate) fn after(&self, said: &AccountErased, now: Timestamp, pace: Pace) -> Self {
        let mut next = self.clone();
        let known = next
            .parts
            .iter_mut()
            .find(|part| part.function == said.function && part.round == said.round);
        match known {
            // two may have erased side by side, each a part of it: the one who did more
            Some(part) => {
                for (kind, count) in &said.counts {
                    let most = part.counts.entry(kind.clone()).or_default();
                    *most = (*most).max(*count);
                }
            }
            None => next.parts.push(Part {
                function: said.function.clone(),
                round: said.round,
                counts: said.counts.clone(),
            }),
        }
        if next.all_reported() && !self.all_reported() {
            next.end_round(now, pace);
        }
        next
    }

    fn end_round(&mut self, now: Timestamp, pace: Pace) {
        if self.round >= ROUNDS {
            self.completed_at = Some(now);
            self.user_id = None;
            self.due_at = None;
        } else {
            self.due_at = Some(now + pace.between);
        }
    }

    /// After the sweep has found it due: the next round when everybody has reported, else the same once more; and the event that says so. Nothing
    /// when it is complete.
    pub(crate) fn pursued(&self, now: Timestamp, pace: Pace) -> Option<(Self, AccountDeleted)> {
        let user_id = self.user_id?;
        let round = self.round + u32::from(self.all_reported());
        let next = Self {
            round,
            due_at: Some(now + pace.patience),
            ..self.clone()
        };
        let event = AccountDeleted {
            user_id,
            erasure_id: self.erasure_id,
            round,
        };
        Some((next, event))
    }

    fn all_reported(&self) -> bool {
        let reported = |function: &String| {
            let mut parts = self.parts.iter();
            parts.any(|part| part.function == *function && part.round == self.round)
        };
        self.functions.iter().all(reported)
    }

    /// What is told of it.
    pub(crate) fn report(&self, remains: impl Fn(Timestamp) -> Vec<Remaining>) -> ErasureReport {
        let mut erased: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
        for part in &self.parts {
            let counts = erased.entry(&part.function).or_default();
            for (kind, count) in &part.counts {
                *counts.entry(kind.clone()).or_default() += count;
            }
        }
        ErasureReport {
            erasure_id: self.erasure_id,
            state: if self.completed_at.is_some() {
                ErasureState::Erased
            } else {
                ErasureState::Erasing
            },
            requested_at: self.requested_at,
            completed_at: self.completed_at,
            erased: erased
                .into_iter()
                .map(|(function, counts)| ErasedPart {
                    function: function.to_owned(),
                    counts,
                })
                .collect(),
            remains: remains(self.completed_at.unwrap_or(self.requested_at)),
        }
    }
}

impl Document for Erasure {
    fn id(&self) -> String {
        self.erasure_id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PACE: Pace = Pace {
        between: Duration::from_secs(100),
        patience: Duration::from_secs(10),
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn begun() -> Erasure {
        let functions = ["auth", "posts"].map(str::to_owned).to_vec();
        Erasure::begun(UserId::from_bytes([1; 16]), functions, at(0), PACE).0
    }

    fn said(erasure: &Erasure, function: &str, round: u32, posts: u64) -> AccountErased {
        AccountErased {
            erasure_id: erasure.erasure_id,
            round,
            function: function.to_owned(),
            counts: BTreeMap::from([("posts".to_owned(), posts)]),
        }
    }

    #[test]
    fn two_rounds_and_then_nobody_knows_whose_it_was() {
        let erasure = begun();
        let erasure = erasure.after(&said(&erasure, "auth", 1, 0), at(1), PACE);
        assert_eq!(erasure.due_at, Some(at(10)), "posts is waited for");
        let (again, event) = erasure.pursued(at(10), PACE).unwrap();
        assert_eq!((event.round, again.due_at), (1, Some(at(20))));
        let erasure = again.after(&said(&again, "posts", 1, 7), at(11), PACE);
        assert_eq!(erasure.due_at, Some(at(111)), "the second round waits");
        let (erasure, event) = erasure.pursued(at(111), PACE).unwrap();
        assert_eq!((event.round, erasure.round), (2, 2));
        let erasure = erasure.after(&said(&erasure, "posts", 2, 1), at(112), PACE);
        // a late one of the first round
        let erasure = erasure.after(&said(&erasure, "auth", 1, 0), at(112), PACE);
        assert_eq!(erasure.completed_at, None);
        let erasure = erasure.after(&said(&erasure, "auth", 2, 0), at(113), PACE);
        assert_eq!((erasure.completed_at, erasure.user_id), (Some(at(113)), None));
        assert_eq!(erasure.due_at, None);
        assert_eq!(erasure.pursued(at(500), PACE), None);
        let report = erasure.report(|_| Vec::new());
        assert_eq!(report.state, ErasureState::Erased);
        assert_eq!(report.erased[1].counts["posts"], 8);
    }

    proptest! {
        #[test]
        fn doubled_and_shuffled_reports_end_it_once(order in Just(vec![0, 1, 2, 3, 0, 1, 2, 3]).prop_shuffle()) {
            let mut erasure = begun();
            let all = [("auth", 1), ("posts", 1), ("auth", 2), ("posts", 2)];
            for turn in 0..3 {
                for at_once in &order {
                    let (function, round) = all[*at_once];
                    // nobody reports a round that has not begun
                    if round <= erasure.round {
                        erasure = erasure.after(&said(&erasure, function, round, 5), at(turn), PACE);
                    }
                    if erasure.all_reported() && let Some((next, _)) = erasure.pursued(at(turn), PACE) {
                        erasure = next;
                    }
                }
            }
            prop_assert!(erasure.completed_at.is_some());
            prop_assert_eq!(erasure.report(|_| Vec::new()).erased.iter().map(|part| part.counts["posts"]).sum::<u64>(), 20);
        }
    }
}
