//! The stored version of a resource, which is its `ETag`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Counts the changes of a stored resource, from 1. Counters and what a viewer sees of themself do not change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(i64);

impl Version {
    /// The version of what was just created.
    pub const FIRST: Self = Self(1);

    /// The version after one more change.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// As a strong entity tag (RFC 9110, section 8.8.3): `"3"`, quotes included.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}
