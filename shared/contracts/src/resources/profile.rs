//! Profiles.

use crate::{MediaId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person, as shown beside what they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileSummary {
    /// Who.
    pub user_id: UserId,
    /// Their unique name.
    #[schema(example = "ann")]
    pub username: String,
    /// The name they are shown by.
    #[schema(example = "Ann")]
    pub display_name: String,
    /// A small picture of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://cdn.example/kith-media/a/320.webp")]
    pub avatar_url: Option<String>,
}

/// A person's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Who.
    pub user_id: UserId,
    /// Their unique name.
    #[schema(example = "ann")]
    pub username: String,
    /// The name they are shown by, 1 to 50 characters.
    #[schema(example = "Ann")]
    pub display_name: String,
    /// What they say of themselves, up to 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "I take pictures of the sea.")]
    pub bio: Option<String>,
    /// A picture of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://cdn.example/kith-media/a/640.webp")]
    pub avatar_url: Option<String>,
    /// The image that it is: to be sent again when the profile is written and the picture is to stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_media_id: Option<MediaId>,
    /// A wide picture above their page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://cdn.example/kith-media/b/1280.webp")]
    pub banner_url: Option<String>,
    /// The image that it is: to be sent again when the profile is written and the picture is to stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banner_media_id: Option<MediaId>,
    /// Their address on the web (http or https).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://ann.example")]
    pub website: Option<String>,
    /// Where they are, up to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Porto")]
    pub location: Option<String>,
    /// What is public of it is for its followers, and following is asked for.
    pub is_private: bool,
    /// How many; each is the count of its records, within seconds.
    pub counts: ProfileCounts,
    /// Since when there is this profile.
    pub created_at: Timestamp,
    /// How the signed-in caller stands to them; absent without a token and for oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewer: Option<ProfileViewer>,
}

/// The numbers on a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileCounts {
    /// Live edges to this person.
    #[schema(example = 128)]
    pub followers: u64,
    /// Live edges from this person.
    #[schema(example = 64)]
    pub following: u64,
    /// Posts of this person, whoever may see them.
    #[schema(example = 32)]
    pub posts: u64,
    /// Videos of this person that others can watch.
    #[schema(example = 2)]
    pub videos: u64,
}

/// How the caller stands to a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and clients know them by these names"
)]
pub struct ProfileViewer {
    /// The caller follows them.
    pub following: bool,
    /// They follow the caller.
    pub followed_by: bool,
    /// The caller asked to follow them and waits for an answer.
    pub requested: bool,
    /// The caller blocks them.
    pub blocking: bool,
    /// The caller muted them.
    pub muting: bool,
    /// What the caller hears of what they publish; absent when the caller does not follow them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<Bell>,
}

/// What a follower hears of what somebody publishes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Bell {
    /// A notification of everything new.
    All,
    /// No notifications.
    #[default]
    None,
}
