//! Topic `feed`: the work of telling followers of a post.

use crate::resources::ProfileSummary;
use crate::{DomainEvent, PostId, Timestamp};
use serde::{Deserialize, Serialize};

/// A post is to be put into the timelines of a page of its author's followers. The handler of one page publishes the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedFanOut {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub author: ProfileSummary,
    /// When it was made.
    pub created_at: Timestamp,
    /// Which announcement of the post this spreads.
    pub announced: String,
    /// After which follower the page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<FollowedSince>,
}

/// A place in the list of an author's followers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowedSince {
    /// Since when they follow.
    pub at: Timestamp,
    /// The edge's id.
    pub edge: String,
}

impl DomainEvent for FeedFanOut {
    const TYPE: &'static str = "feed.fan_out";
    const TOPIC: &'static str = "feed";
}
