//! A deactivated account: hidden until its owner signs in again, or erased.

use super::due::shard_of;
use cloud::Document;
use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// That an account is to be erased, in `deactivations`, unless its owner signs in before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deactivation {
    pub(crate) user_id: UserId,
    pub(crate) due_at: Timestamp,
    /// Which part of the sweep looks after it.
    pub(crate) shard: u8,
}

impl Deactivation {
    /// Of `user`, until `due_at`.
    pub(crate) fn new(user_id: UserId, due_at: Timestamp) -> Self {
        Self {
            user_id,
            due_at,
            shard: shard_of(user_id.as_bytes()),
        }
    }
}

impl Document for Deactivation {
    fn id(&self) -> String {
        self.user_id.to_string()
    }
}
