//! Topic `graph`: profiles and who follows whom.

use crate::{DomainEvent, UserId};
use serde::{Deserialize, Serialize};

/// A profile changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileUpdated {
    /// Whose profile.
    pub user_id: UserId,
}

impl DomainEvent for ProfileUpdated {
    const TYPE: &'static str = "profile.updated";
    const TOPIC: &'static str = "graph";
}

/// Somebody follows somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserFollowed {
    /// Who follows.
    pub follower_id: UserId,
    /// Who is followed.
    pub followee_id: UserId,
}

impl DomainEvent for UserFollowed {
    const TYPE: &'static str = "user.followed";
    const TOPIC: &'static str = "graph";
}

/// Somebody follows somebody no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserUnfollowed {
    /// Who followed.
    pub follower_id: UserId,
    /// Who was followed.
    pub followee_id: UserId,
}

impl DomainEvent for UserUnfollowed {
    const TYPE: &'static str = "user.unfollowed";
    const TOPIC: &'static str = "graph";
}
