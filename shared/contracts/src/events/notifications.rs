//! Topic `notifications`: the work of telling those who want to hear of all that somebody publishes.

use super::feed::FollowedSince;
use crate::{DomainEvent, Subject, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// A page of those who have the bell on for an author are to hear of something new. The handler of one page publishes the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BellsRung {
    /// What is new.
    pub subject: Subject,
    /// Whose it is.
    pub author_id: UserId,
    /// When it was published.
    pub published_at: Timestamp,
    /// After which follower the page begins; the first page needs no message.
    pub after: FollowedSince,
}

impl DomainEvent for BellsRung {
    const TYPE: &'static str = "bells.rung";
    const TOPIC: &'static str = "notifications";
}
