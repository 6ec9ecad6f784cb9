//! What is read of collections that functions write. Fields that are not named here are ignored.

use cloud::{Collection, Document};
use contracts::media::Image;
use contracts::resources::{Bell, MediaKind, MediaStatus, ReplyPolicy, Visibility};
use contracts::{MediaId, Subject, Timestamp, UserId};
use serde::{Deserialize, Deserializer, Serialize};

/// Written by `profiles`; the id is [`crate::edge_id`].
pub(crate) const EDGES: Collection<Edge> = Collection::new("edges");
/// Written by `profiles`; the id is the user's.
pub(crate) const PROFILES: Collection<Profile> = Collection::new("profiles");
/// Written by `posts`; the id is the post's.
pub(crate) const POSTS: Collection<Post> = Collection::new("posts");
/// Written by `videos`; the id is the video's.
pub(crate) const VIDEOS: Collection<Video> = Collection::new("videos");
/// Written by the engagement engine; the id is the comment's.
pub(crate) const COMMENTS: Collection<Comment> = Collection::new("comments");

/// Posts and profiles again: what they show.
pub(crate) const SHOWING_POSTS: Collection<Showing> = Collection::new("posts");
pub(crate) const SHOWING_PROFILES: Collection<Showing> = Collection::new("profiles");
/// Written by `media`; the id is the media's.
pub(crate) const MEDIA: Collection<Media> = Collection::new("media");

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Edge {
    pub(crate) follower_id: UserId,
    pub(crate) followee_id: UserId,
    pub(crate) state: EdgeState,
    /// Since when they follow.
    pub(crate) created_at: Timestamp,
    /// What the follower hears of what the other publishes.
    #[serde(default)]
    pub(crate) notify: Bell,
    /// Since when the follower blocks the other.
    #[serde(default)]
    pub(crate) blocked_at: Option<Timestamp>,
    /// Since when the follower mutes the other.
    #[serde(default)]
    pub(crate) muted_at: Option<Timestamp>,
    /// One of the two blocks the other, whichever: stands on both edges.
    #[serde(default)]
    pub(crate) barred: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EdgeState {
    Active,
    Requested,
    #[default]
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    pub(crate) user_id: UserId,
    pub(crate) username: String,
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) avatar: Option<Image>,
    #[serde(default)]
    pub(crate) is_private: bool,
    /// Deactivated or erased.
    #[serde(default)]
    pub(crate) hidden: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Post {
    pub(crate) author_id: UserId,
    pub(crate) visibility: Visibility,
    #[serde(default)]
    pub(crate) reply_policy: ReplyPolicy,
    #[serde(default)]
    pub(crate) mentions: Vec<Mentioned>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mentioned {
    pub(crate) user_id: UserId,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Video {
    pub(crate) user_id: UserId,
    /// Set once it is ready and titled.
    #[serde(default)]
    pub(crate) published_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Comment {
    pub(crate) subject: Subject,
    pub(crate) author_id: UserId,
    pub(crate) deleted: bool,
}

/// What a document shows: of posts a list, of profiles two.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Showing {
    #[serde(default)]
    pub(crate) media: Vec<Shown>,
    #[serde(default)]
    pub(crate) avatar: Option<Shown>,
    #[serde(default)]
    pub(crate) banner: Option<Shown>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    pub(crate) media_id: MediaId,
}

/// Something uploaded, as whoever wants to attach it needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// The media.
    pub media_id: MediaId,
    /// Whose.
    pub owner_id: UserId,
    /// What it is.
    pub kind: MediaKind,
    /// How far it has come; none when it is deleted.
    #[serde(deserialize_with = "known")]
    pub status: Option<MediaStatus>,
    /// How to show it, once it is a ready image.
    #[serde(default)]
    pub image: Option<Image>,
    /// What shows it.
    #[serde(default)]
    pub attached_to: Vec<String>,
    /// Until when it may be attached, while nothing shows it.
    #[serde(default)]
    pub attachable_until: Option<Timestamp>,
}

fn known<'de, D: Deserializer<'de>>(status: D) -> Result<Option<MediaStatus>, D::Error> {
    Ok(match String::deserialize(status)?.as_str() {
        "pending" => Some(MediaStatus::Pending),
        "ready" => Some(MediaStatus::Ready),
        "rejected" => Some(MediaStatus::Rejected),
        _ => None,
    })
}

/// Lenses are never written, and found by ids that the caller knows.
macro_rules! lens {
    ($($name:ident),*) => {
        $(impl Document for $name {
            fn id(&self) -> String {
                String::new()
            }
        })*
    };
}

lens!(Edge, Profile, Post, Video, Comment, Media, Showing);
