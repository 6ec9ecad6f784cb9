//! Who somebody is elsewhere.

use cloud::{Document, hash};
use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Whose an identity at another issuer is, in `identities` under a hash of it: it signs in to one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    pub(crate) id: String,
    /// The issuer, as the configuration calls it.
    pub(crate) provider: String,
    /// Their id there.
    pub(crate) subject: String,
    pub(crate) user_id: UserId,
    pub(crate) created_at: Timestamp,
}

impl Identity {
    /// The identity `subject` at `provider`, as that of `user_id`.
    pub(crate) fn new(provider: &str, subject: &str, user_id: UserId, now: Timestamp) -> Self {
        Self {
            id: Self::key(provider, subject),
            provider: provider.to_owned(),
            subject: subject.to_owned(),
            user_id,
            created_at: now,
        }
    }

    /// The id of the identity's document.
    pub(crate) fn key(provider: &str, subject: &str) -> String {
        hash::key(&[b"identity", provider.as_bytes(), subject.as_bytes()])
    }
}

impl Document for Identity {
    fn id(&self) -> String {
        self.id.clone()
    }
}
