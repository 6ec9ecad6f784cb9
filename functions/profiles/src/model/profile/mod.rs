//! A profile: made from its owner's token or their registration, whichever comes first.

use super::Edit;
use cloud::Document;
use contracts::events::identity::{UserRegistered, UsernameChanged};
use contracts::media::Image;
use contracts::resources::{self, ProfileCounts, ProfileViewer};
use contracts::{MediaId, Timestamp, UserId, Version};
use serde::{Deserialize, Serialize};

/// A profile as stored in `profiles/{userId}`. Its counts stand apart, in `counts/{userId}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, known by this name to those who read the collection"
)]
pub(crate) struct Profile {
    pub(crate) user_id: UserId,
    pub(crate) username: String,
    /// Names are looked up in any case.
    pub(crate) username_lower: String,
    pub(crate) display_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bio: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) website: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) avatar: Option<Image>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) banner: Option<Image>,
    #[serde(default)]
    pub(crate) is_private: bool,
    /// Deactivated: for nobody else.
    #[serde(default)]
    pub(crate) hidden: bool,
    /// When it was deactivated or restored, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hidden_at: Option<Timestamp>,
    /// When its owner chose another username, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) renamed_at: Option<Timestamp>,
    /// The registration has been taken over: once.
    pub(crate) registered: bool,
    /// The owner has written it, so the registration's name no longer counts.
    pub(crate) edited: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) version: Version,
}

/// The pictures of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Images {
    pub(crate) avatar: Option<Image>,
    pub(crate) banner: Option<Image>,
}

/// How wide a picture is shown.
const AVATAR_WIDTH: u32 = 640;
/// How wide a picture is shown.
const BANNER_WIDTH: u32 = 1280;

impl Document for Profile {
    fn id(&self) -> String {
        self.user_id.to_string()
    }
}

impl Profile {
    /// Made from a token's claims: they know no display name.
    pub(crate) fn of_claims(user_id: UserId, username: &str, now: Timestamp) -> Self {
        Self {
            user_id,
            username: username.to_owned(),
            username_lower: fold(username),
            display_name: username.to_owned(),
            bio: None,
            website: None,
            location: None,
            avatar: None,
            banner: None,
            is_private: false,
            hidden: false,
            hidden_at: None,
            renamed_at: None,
            registered: false,
            edited: false,
            created_at: now,
            version: Version::FIRST,
        }
    }

    /// With what the registration says. It counts as a change of its own, also where there was no profile before, so that every order of
    /// token, registration and edits ends in the same profile and version.
    pub(crate) fn with_registration(profile: Option<Self>, event: &UserRegistered, at: Timestamp) -> Self {
        let profile = profile.unwrap_or_else(|| Self::of_claims(event.user_id, &event.username, at));
        if profile.registered {
            return profile;
        }
        let display_name = if profile.edited {
            profile.display_name
        } else {
            event.display_name.clone()
        };
        // a name that was chosen since is the newer one
        let username = if profile.renamed_at.is_some() {
            profile.username
        } else {
            event.username.clone()
        };
        Self {
            username_lower: fold(&username),
            username,
            display_name,
            registered: true,
            created_at: at,
            version: profile.version.next(),
            ..profile
        }
    }

    /// With the username that its owner chose at a time; the same when they have chosen another since.
    pub(crate) fn with_name(self, event: &UsernameChanged, at: Timestamp) -> Self {
        if self.renamed_at.is_some_and(|renamed| renamed >= at) {
            return self;
        }
        // a person is shown by their username until they say otherwise
        let display_name = if !self.edited && self.display_name == self.username {
            event.username.clone()
        } else {
            self.display_name
        };
        Self {
            username: event.username.clone(),
            username_lower: fold(&event.username),
            display_name,
            renamed_at: Some(at),
            version: self.version.next(),
            ..self
        }
    }

    /// Hidden or shown since a time; the same when something later is known.
    pub(crate) fn with_hidden(self, hidden: bool, at: Timestamp) -> Self {
        if self.hidden_at.is_some_and(|known| known >= at) {
            return self;
        }
        Self {
            hidden,
            hidden_at: Some(at),
            ..self
        }
    }

    /// As its owner wrote it anew, with the pictures that they named; the same when that changes nothing.
    pub(crate) fn with_edit(self, edit: Edit, images: Images) -> Self {
        let written = Self {
            display_name: edit.display_name,
            bio: edit.bio,
            website: edit.website,
            location: edit.location,
            is_private: edit.is_private.unwrap_or(self.is_private),
            avatar: images.avatar,
            banner: images.banner,
            edited: true,
            ..self.clone()
        };
        if written == self {
            return self;
        }
        Self {
            version: self.version.next(),
            ..written
        }
    }

    /// Whether this is their username, in any case.
    pub(crate) fn is_called(&self, username: &str) -> bool {
        self.username_lower == fold(username)
    }

    /// The pictures that it shows.
    pub(crate) fn shows(&self) -> Vec<MediaId> {
        let shown = self.avatar.iter().chain(&self.banner);
        shown.map(|image| image.media_id).collect()
    }

    /// As clients see it; `address` is where an object is.
    pub(crate) fn view(
        self,
        counts: ProfileCounts,
        viewer: Option<ProfileViewer>,
        address: impl Fn(&str) -> String,
    ) -> resources::Profile {
        let url = |image: &Option<Image>, width| image.as_ref().map(|image| address(image.object_for(width)));
        let id = |image: &Option<Image>| image.as_ref().map(|image| image.media_id);
        resources::Profile {
            avatar_url: url(&self.avatar, AVATAR_WIDTH),
            avatar_media_id: id(&self.avatar),
            banner_url: url(&self.banner, BANNER_WIDTH),
            banner_media_id: id(&self.banner),
            user_id: self.user_id,
            username: self.username,
            display_name: self.display_name,
            bio: self.bio,
            website: self.website,
            location: self.location,
            is_private: self.is_private,
            counts,
            created_at: self.created_at,
            viewer,
        }
    }
}

/// A username in the form in which two are the same.
pub(crate) fn fold(username: &str) -> String {
    username.trim().to_lowercase()
}

#[cfg(test)]
mod tests;
