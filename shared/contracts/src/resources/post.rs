//! Posts.

use super::{ProfileSummary, ReactionCounts, ReactionType};
use crate::{PostId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who may see a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody, without a token too.
    #[default]
    Public,
    /// The author's followers.
    Followers,
    /// The author.
    Private,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    /// The post.
    pub post_id: PostId,
    /// Who wrote it.
    pub author: ProfileSummary,
    /// 1 to 5,000 characters.
    #[schema(example = "first light")]
    pub text: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// How many; each is the count of its records, within seconds.
    pub counters: PostCounters,
    /// What the signed-in caller did with it; absent without a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewer: Option<PostViewer>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The numbers under a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostCounters {
    /// Comments and replies that are not deleted.
    pub comments: u64,
    /// Reactions by type.
    pub reactions: ReactionCounts,
}

/// What the caller did with a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostViewer {
    /// The caller's reaction.
    pub reaction: Option<ReactionType>,
}
