//! Hub `feed`, group `post:{postId}`.

use super::{Hub, HubEvent};
use crate::resources::{Comment, Post, PostCounters, ProfileSummary};
use crate::{CommentId, PostId, Timestamp};
use serde::{Deserialize, Serialize};

/// `CommentAdded`: the comment, and the post's counters with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentAdded {
    /// The comment as REST shows it.
    #[serde(flatten)]
    pub comment: Comment,
    /// The post's counters with this comment.
    pub post_counters: PostCounters,
}

impl HubEvent for CommentAdded {
    const HUB: Hub = Hub::Feed;
    const NAME: &'static str = "CommentAdded";
}

/// `CommentUpdated`: the comment as everybody sees it who may.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommentChanged(pub Comment);

impl HubEvent for CommentChanged {
    const HUB: Hub = Hub::Feed;
    const NAME: &'static str = "CommentUpdated";
}

/// `CommentDeleted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentRemoved {
    /// The comment.
    pub comment_id: CommentId,
    /// The post it was under.
    pub post_id: PostId,
}

impl HubEvent for CommentRemoved {
    const HUB: Hub = Hub::Feed;
    const NAME: &'static str = "CommentDeleted";
}

/// `ReactionUpdated`: the new counters, at most four times a second a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReactionUpdated {
    /// The post.
    pub post_id: PostId,
    /// The comment under it that was reacted to; absent for the post itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment_id: Option<CommentId>,
    /// The counters of what was reacted to.
    pub counters: serde_json::Value,
}

impl HubEvent for ReactionUpdated {
    const HUB: Hub = Hub::Feed;
    const NAME: &'static str = "ReactionUpdated";
}

/// `PostUpdated`: the post as everybody sees it who may, without what it shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostChanged(pub Post);

impl HubEvent for PostChanged {
    const HUB: Hub = Hub::Feed;
    const NAME: &'static str = "PostUpdated";
}

/// `PostDeleted`: it is gone, or no longer for everybody who watches it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostRemoved {
    /// The post.
    pub post_id: PostId,
}

impl HubEvent for PostRemoved {
    const HUB: Hub = Hub::Feed;
    const NAME: &'static str = "PostDeleted";
    const LAST: bool = true;
}

/// `NewPostAvailable`, through one channel an author that connected followers join.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPostAvailable {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub author: ProfileSummary,
    /// When it was made.
    pub created_at: Timestamp,
}

impl HubEvent for NewPostAvailable {
    const HUB: Hub = Hub::Feed;
    const NAME: &'static str = "NewPostAvailable";
}
