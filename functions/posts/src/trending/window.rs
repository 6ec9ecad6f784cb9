//! Windows of time, and how often a tag was used in one.

use crate::model::SHARDS;
use cloud::{Document, hash};
use contracts::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// How long a window is, in seconds.
const SECONDS: i64 = 3 * 60 * 60;
/// How many windows take part: a day.
const MANY: i64 = 8;
/// How long a number is kept after its window began.
const KEPT: Duration = Duration::from_hours(30);

/// One window: the how-manieth since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Window(i64);

impl Window {
    /// The window that `at` is in.
    pub(crate) fn of(at: Timestamp) -> Self {
        Self(at.as_seconds().div_euclid(SECONDS))
    }

    /// Those that take part while `self` is running, the running one first.
    pub(crate) fn taking_part(self) -> Vec<Self> {
        (0..MANY).map(|age| Self(self.0 - age)).collect()
    }

    /// How many windows ago it was when `now` is running; none when it takes no part, or is to come.
    pub(crate) fn age(self, now: Self) -> Option<i32> {
        let age = now.0 - self.0;
        (0..MANY)
            .contains(&age)
            .then(|| i32::try_from(age).ok())
            .flatten()
    }

    /// When it begins.
    pub(crate) fn begins(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(SECONDS * 1000))
    }

    /// When it is over.
    pub(crate) fn ends(self) -> Timestamp {
        Self(self.0 + 1).begins()
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many posts of a window carry a tag, in `tag_windows`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagWindow {
    pub(crate) tag: String,
    pub(crate) window: Window,
    /// Derived from the tag: the running window alone would be one range of an index for everybody.
    pub(crate) shard: u8,
    pub(crate) posts: u64,
    /// How often it was counted: of two counts the higher is the later.
    pub(crate) generation: i64,
    /// A TTL policy deletes it after this.
    pub(crate) expire_at: Timestamp,
}

impl Document for TagWindow {
    fn id(&self) -> String {
        Self::id_of(&self.tag, self.window)
    }
}

impl TagWindow {
    /// Of what was never counted.
    pub(crate) fn zero(tag: &str, window: Window) -> Self {
        Self {
            tag: tag.to_owned(),
            window,
            shard: hash::sha256(&[tag.as_bytes()])[0] % SHARDS,
            posts: 0,
            generation: 0,
            expire_at: window.begins() + KEPT,
        }
    }

    /// A hash: tags hold what names of documents must not.
    pub(crate) fn id_of(tag: &str, window: Window) -> String {
        hash::key(&[window.to_string().as_bytes(), tag.as_bytes()])
    }

    /// The same, counted once more.
    pub(crate) fn counted(self, posts: u64) -> Self {
        Self {
            posts,
            generation: self.generation + 1,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_moment_is_in_one_window(millis in 0_i64..4_000_000_000_000) {
            let at = Timestamp::from_millis(millis);
            let window = Window::of(at);
            prop_assert!(window.begins() <= at && at < window.ends());
            prop_assert_eq!(window.age(window), Some(0));
            for (age, other) in (0..).zip(window.taking_part()) {
                prop_assert_eq!(other.age(window), Some(age));
                prop_assert_eq!(window.age(other).is_some(), age == 0);
            }
            prop_assert_eq!(Window(window.0 - MANY).age(window), None);
        }
    }
}
