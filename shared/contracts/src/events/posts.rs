//! Topic `posts`: posts, and the engagement with any subject.

use crate::resources::{ReactionType, Visibility};
use crate::{CommentId, DomainEvent, MediaId, PostId, ReportId, Subject, Timestamp, UserId, Version};
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
    /// The names of its hashtags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its pictures.
    #[serde(default)]
    pub media_ids: Vec<MediaId>,
    /// What it shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_post_id: Option<PostId>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
}

impl DomainEvent for PostCreated {
    const TYPE: &'static str = "post.created";
    const TOPIC: &'static str = "posts";
}

/// What of a post others depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostFacets {
    /// Who may see it.
    pub visibility: Visibility,
    /// The names of its hashtags.
    pub tags: Vec<String>,
    /// Its pictures.
    pub media_ids: Vec<MediaId>,
}

impl PostFacets {
    /// Whether nobody but its author may see it.
    pub fn is_hidden(&self) -> bool {
        self.visibility == Visibility::Private
    }
}

/// A post was changed. Of two such events the higher version is the later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostUpdated {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub author_id: UserId,
    /// Its version now.
    pub version: Version,
    /// How it was.
    pub before: PostFacets,
    /// How it is.
    pub after: PostFacets,
    /// What it shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_post_id: Option<PostId>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl DomainEvent for PostUpdated {
    const TYPE: &'static str = "post.updated";
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
    /// The names of the hashtags that it had.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The pictures that it had.
    #[serde(default)]
    pub media_ids: Vec<MediaId>,
    /// What it shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_post_id: Option<PostId>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
}

impl DomainEvent for PostDeleted {
    const TYPE: &'static str = "post.deleted";
    const TOPIC: &'static str = "posts";
}

/// A post was shared by another one, which has its own `post.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostShared {
    /// The repost or quote.
    pub post_id: PostId,
    /// Who shared.
    pub author_id: UserId,
    /// What they shared.
    pub shared_post_id: PostId,
    /// Whose it is.
    pub shared_author_id: UserId,
    /// With a text of their own.
    pub quote: bool,
}

impl DomainEvent for PostShared {
    const TYPE: &'static str = "post.shared";
    const TOPIC: &'static str = "posts";
}

/// Somebody was named in a post or comment that they may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserMentioned {
    /// Who was named.
    pub user_id: UserId,
    /// Who named them.
    pub author_id: UserId,
    /// Where: a post or a comment.
    pub subject: Subject,
    /// The post or video that it is or stands under.
    pub root: Subject,
}

impl DomainEvent for UserMentioned {
    const TYPE: &'static str = "user.mentioned";
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

/// Somebody reported something that should not be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportCreated {
    /// The report.
    pub report_id: ReportId,
    /// What was reported.
    pub subject: Subject,
    /// Whose it is.
    pub subject_owner_id: UserId,
    /// Who reported it.
    pub reporter_id: UserId,
}

impl DomainEvent for ReportCreated {
    const TYPE: &'static str = "report.created";
    const TOPIC: &'static str = "posts";
}

/// The numbers of these things are to be counted again, whatever has been told of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecountWanted {
    /// Posts, comments, videos and people.
    pub subjects: Vec<Subject>,
}

impl DomainEvent for RecountWanted {
    const TYPE: &'static str = "recount.wanted";
    const TOPIC: &'static str = "posts";
}
