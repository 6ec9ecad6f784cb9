//! What is read of collections that functions write. Fields that are not named here are ignored.

use cloud::{Collection, Document};
use contracts::resources::Visibility;
use contracts::{Subject, Timestamp, UserId};
use serde::{Deserialize, Serialize};

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

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Edge {
    pub(crate) follower_id: UserId,
    pub(crate) followee_id: UserId,
    pub(crate) state: EdgeState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EdgeState {
    Active,
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    pub(crate) user_id: UserId,
    pub(crate) username: String,
    pub(crate) display_name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Post {
    pub(crate) author_id: UserId,
    pub(crate) visibility: Visibility,
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

lens!(Edge, Profile, Post, Video, Comment);
