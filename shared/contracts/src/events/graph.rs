//! Topic `graph`: profiles, and who stands how to whom.

use crate::{DomainEvent, MediaId, UserId};
use serde::{Deserialize, Serialize};

/// A profile changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileUpdated {
    /// Whose profile.
    pub user_id: UserId,
    /// The images that it showed before or shows now, for whoever keeps what is shown.
    #[serde(default)]
    pub media_ids: Vec<MediaId>,
}

/// A private account became public: whoever asked to follow it follows it now. Told again for each page of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileOpened {
    /// Whose profile.
    pub user_id: UserId,
}

/// Somebody follows somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserFollowed {
    /// Who follows.
    pub follower_id: UserId,
    /// Who is followed.
    pub followee_id: UserId,
    /// They had asked to, and were accepted.
    #[serde(default)]
    pub accepted: bool,
}

/// Somebody asked to follow a private account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowRequested {
    /// Who asked.
    pub follower_id: UserId,
    /// Who is to answer.
    pub followee_id: UserId,
}

/// Somebody follows somebody no longer: they ceased to, were removed, or one of the two blocked the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserUnfollowed {
    /// Who followed.
    pub follower_id: UserId,
    /// Who was followed.
    pub followee_id: UserId,
}

/// Somebody blocks somebody. What they followed of each other has ended: that is told beside this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserBlocked {
    /// Who blocks.
    pub blocker_id: UserId,
    /// Who is blocked.
    pub blocked_id: UserId,
}

/// Somebody blocks somebody no longer. The other may still block them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserUnblocked {
    /// Who blocked.
    pub blocker_id: UserId,
    /// Who was blocked.
    pub blocked_id: UserId,
}

impl DomainEvent for ProfileUpdated {
    const TYPE: &'static str = "profile.updated";
    const TOPIC: &'static str = "graph";
}

impl DomainEvent for ProfileOpened {
    const TYPE: &'static str = "profile.opened";
    const TOPIC: &'static str = "graph";
}

impl DomainEvent for UserFollowed {
    const TYPE: &'static str = "user.followed";
    const TOPIC: &'static str = "graph";
}

impl DomainEvent for FollowRequested {
    const TYPE: &'static str = "follow.requested";
    const TOPIC: &'static str = "graph";
}

impl DomainEvent for UserUnfollowed {
    const TYPE: &'static str = "user.unfollowed";
    const TOPIC: &'static str = "graph";
}

impl DomainEvent for UserBlocked {
    const TYPE: &'static str = "user.blocked";
    const TOPIC: &'static str = "graph";
}

impl DomainEvent for UserUnblocked {
    const TYPE: &'static str = "user.unblocked";
    const TOPIC: &'static str = "graph";
}
