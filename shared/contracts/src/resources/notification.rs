//! The inbox.

use super::ProfileSummary;
use crate::{NotificationId, Subject, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Somebody commented on my post or video.
    Comment,
    /// Somebody replied to my comment.
    Reply,
    /// Somebody reacted to something of mine.
    Reaction,
    /// Somebody named me in a post or comment.
    Mention,
    /// Somebody reposted or quoted my post.
    Share,
    /// Somebody follows me.
    Follow,
    /// Somebody asks to follow me.
    FollowRequest,
    /// Somebody whom I asked to follow has accepted.
    FollowAccepted,
    /// Somebody whom I follow with the bell on posted something.
    NewPost,
    /// Somebody whom I follow with the bell on published a video.
    NewVideo,
    /// My video can be watched.
    VideoReady,
    /// My video could not be processed.
    VideoFailed,
}

impl NotificationKind {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Reply => "reply",
            Self::Reaction => "reaction",
            Self::Mention => "mention",
            Self::Share => "share",
            Self::Follow => "follow",
            Self::FollowRequest => "follow_request",
            Self::FollowAccepted => "follow_accepted",
            Self::NewPost => "new_post",
            Self::NewVideo => "new_video",
            Self::VideoReady => "video_ready",
            Self::VideoFailed => "video_failed",
        }
    }
}

/// One entry of the inbox: events of the same kind about the same target within an hour, folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// The entry.
    pub notification_id: NotificationId,
    /// What happened.
    pub kind: NotificationKind,
    /// What it is about: `post:`, `comment:`, `video:` or `user:` and the id.
    #[schema(value_type = String, example = "post:7b0f6d3e-6a34-4c8e-9d55-2f1c1d0c9b7a")]
    pub target: Subject,
    /// The latest who did it, at most three; empty when nobody did (a video became ready).
    pub actors: Vec<ProfileSummary>,
    /// How many events the entry folds.
    #[schema(example = 3)]
    pub count: u64,
    /// The owner has seen it.
    pub read: bool,
    /// When the first of its events happened.
    pub created_at: Timestamp,
    /// When the latest of its events happened.
    pub updated_at: Timestamp,
}

/// How many entries are unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnreadCount {
    /// Entries, not events.
    #[schema(example = 5)]
    pub unread_count: u64,
}
