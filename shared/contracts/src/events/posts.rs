//! Topic `posts`: posts, and the engagement with any subject.

use crate::resources::{ReactionType, Visibility};
use crate::{CommentId, DomainEvent, PostId, Subject, UserId};
use serde::{Deserialize, Serialize};

/// A post was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostCreated {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub author_id: UserId,
    /// Who may see it.
    pub visibility: Visibility,
}

impl DomainEvent for PostCreated {
    const TYPE: &'static str = "post.created";
    const TOPIC: &'static str = "posts";
}

/// A post is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostDeleted {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub author_id: UserId,
}

impl DomainEvent for PostDeleted {
    const TYPE: &'static str = "post.deleted";
    const TOPIC: &'static str = "posts";
}

/// Somebody commented, or replied to a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentCreated {
    /// The comment.
    pub comment_id: CommentId,
    /// What it is a comment on.
    pub subject: Subject,
    /// Who owns the subject.
    pub subject_owner_id: UserId,
    /// The comment it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_comment_id: Option<CommentId>,
    /// Who wrote the comment it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_author_id: Option<UserId>,
    /// Who commented.
    pub author_id: UserId,
}

impl DomainEvent for CommentCreated {
    const TYPE: &'static str = "comment.created";
    const TOPIC: &'static str = "posts";
}

/// A comment is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentDeleted {
    /// The comment.
    pub comment_id: CommentId,
    /// What it was a comment on.
    pub subject: Subject,
    /// The comment it replied to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_comment_id: Option<CommentId>,
    /// Who wrote it.
    pub author_id: UserId,
}

impl DomainEvent for CommentDeleted {
    const TYPE: &'static str = "comment.deleted";
    const TOPIC: &'static str = "posts";
}

/// Somebody reacted, or changed their reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReactionAdded {
    /// What they reacted to.
    pub subject: Subject,
    /// Who owns it.
    pub subject_owner_id: UserId,
    /// Who reacted.
    pub user_id: UserId,
    /// How.
    pub r#type: ReactionType,
    /// How they had reacted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ReactionType>,
}

impl DomainEvent for ReactionAdded {
    const TYPE: &'static str = "reaction.added";
    const TOPIC: &'static str = "posts";
}

/// Somebody took their reaction back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReactionRemoved {
    /// What they had reacted to.
    pub subject: Subject,
    /// Who.
    pub user_id: UserId,
    /// How they had reacted.
    pub previous: ReactionType,
}

impl DomainEvent for ReactionRemoved {
    const TYPE: &'static str = "reaction.removed";
    const TOPIC: &'static str = "posts";
}
