//! Posts.

use super::{Mention, PostMedia, ProfileSummary, ReactionCounts, ReactionType, SharedPost};
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

/// Who may comment on a post, of those who may see it. Its author always may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReplyPolicy {
    /// Everybody.
    #[default]
    Everyone,
    /// The author's followers, and who is mentioned.
    Followers,
    /// Who is mentioned.
    Mentioned,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    /// The post.
    pub post_id: PostId,
    /// Who wrote it.
    pub author: ProfileSummary,
    /// Up to 5,000 characters; empty only beside media or a shared post.
    #[schema(example = "first light over the bay with @bob #dawn")]
    pub text: String,
    /// Pictures, at most ten, in their author's order.
    #[serde(default)]
    pub media: Vec<PostMedia>,
    /// The names of the hashtags in the text: without `#`, in one case.
    #[serde(default)]
    #[schema(example = json!(["dawn"]))]
    pub tags: Vec<String>,
    /// Who is named in the text by `@username`, or tagged.
    #[serde(default)]
    pub mentions: Vec<Mention>,
    /// Who may see it.
    pub visibility: Visibility,
    /// Who may comment on it.
    #[serde(default)]
    pub reply_policy: ReplyPolicy,
    /// What it shares; with text of its own it is a quote, without one a repost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_post: Option<SharedPost>,
    /// It stands first on its author's page.
    #[serde(default)]
    pub pinned: bool,
    /// How many; each is the count of its records, within seconds.
    pub counters: PostCounters,
    /// What the signed-in caller did with it; absent without a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewer: Option<PostViewer>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
}

/// The numbers under a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostCounters {
    /// Comments and replies that are not deleted.
    #[schema(example = 12)]
    pub comments: u64,
    /// Reactions by type.
    pub reactions: ReactionCounts,
    /// Reposts and quotes.
    #[serde(default)]
    #[schema(example = 4)]
    pub shares: u64,
}

/// What the caller did with a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostViewer {
    /// The caller's reaction.
    pub reaction: Option<ReactionType>,
    /// It is among the caller's bookmarks.
    #[serde(default)]
    pub bookmarked: bool,
}
