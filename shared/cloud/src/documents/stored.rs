//! Documents as they were read.

use prost_types::Timestamp;
use std::ops::Deref;

/// A document as it was read, with the time of its last write: what an update is conditional on.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<T> {
    pub(crate) value: T,
    pub(crate) name: String,
    pub(crate) update_time: Timestamp,
    pub(crate) create_time: Timestamp,
}

impl<T> Stored<T> {
    /// The document alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Its id in its collection.
    pub fn document_id(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// When Firestore first stored it.
    pub fn stored_at(&self) -> contracts::Timestamp {
        let Timestamp { seconds, nanos } = self.create_time;
        contracts::Timestamp::from_millis(
            seconds
                .saturating_mul(1000)
                .saturating_add(i64::from(nanos / 1_000_000)),
        )
    }
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
