//! What stands in and around a post.

use super::{Post, PostMedia, ProfileSummary, Visibility};
use crate::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody who is named in a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mention {
    /// Who.
    #[serde(flatten)]
    pub user: ProfileSummary,
    /// How the text names them after its `@`, in lower case: their username when it was written. Absent for who is tagged only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "bob")]
    pub named: Option<String>,
    /// Tagged by the author, whether the text names them or not.
    pub tagged: bool,
}

/// What a post shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SharedPost {
    /// Whether it is there for the viewer.
    pub status: SharedPostStatus,
    /// The post; only when it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub post: Option<Box<Post>>,
}

/// Whether a shared post is there for the viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SharedPostStatus {
    /// It is.
    Shown,
    /// It is gone, or not for the viewer.
    Unavailable,
    /// What a shared post shares in turn, and what a hub's frame leaves out: it is looked up when the post itself is asked for.
    Folded,
}

impl SharedPost {
    /// Without the post.
    pub const fn without(status: SharedPostStatus) -> Self {
        Self { status, post: None }
    }
}

/// How a post was before a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostRevision {
    /// What it said.
    #[schema(example = "frist light over the bay")]
    pub text: String,
    /// Its pictures.
    pub media: Vec<PostMedia>,
    /// Who could see it.
    pub visibility: Visibility,
    /// Since when it was so.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// A hashtag that many use now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrendingTag {
    /// Its name, without `#`.
    #[schema(example = "dawn")]
    pub tag: String,
    /// Public posts with it, of the last day.
    #[schema(example = 128)]
    pub posts: u64,
}
