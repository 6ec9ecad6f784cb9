//! Comments and replies.

use super::{ProfileSummary, ReactionCounts, ReactionType};
use crate::{CommentId, Subject, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A comment on a post or video, or a reply to a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// The comment.
    pub comment_id: CommentId,
    /// What it is a comment on: `post:` or `video:` and the id.
    #[schema(value_type = String, example = "post:7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a")]
    pub subject: Subject,
    /// The comment it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_comment_id: Option<CommentId>,
    /// Who wrote it; absent on a tombstone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<ProfileSummary>,
    /// 1 to 2,000 characters; empty on a tombstone.
    #[schema(example = "nice")]
    pub text: String,
    /// Who is named in the text by `@username`.
    #[serde(default)]
    pub mentions: Vec<ProfileSummary>,
    /// It was deleted and stays because it has replies.
    pub deleted: bool,
    /// How many; each is the count of its records, within seconds.
    pub counters: CommentCounters,
    /// What the signed-in caller did with it; absent without a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewer: Option<CommentViewer>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
}

/// The numbers under a comment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommentCounters {
    /// Direct replies that are not deleted.
    #[schema(example = 2)]
    pub replies: u64,
    /// Reactions by type.
    pub reactions: ReactionCounts,
}

/// What the caller did with a comment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommentViewer {
    /// The caller's reaction.
    pub reaction: Option<ReactionType>,
}
