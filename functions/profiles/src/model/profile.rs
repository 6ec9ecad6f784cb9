//! A profile: made from its owner's token or their registration, whichever comes first.

use super::Edit;
use cloud::Document;
use contracts::events::identity::UserRegistered;
use contracts::resources::{self, ProfileCounts, ProfileViewer};
use contracts::{Timestamp, UserId, Version};
use serde::{Deserialize, Serialize};

/// A profile as stored in `profiles/{userId}`. Its counts stand apart, in `counts/{userId}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// Deactivated: for nobody else.
    #[serde(default)]
    pub(crate) hidden: bool,
    /// When it was deactivated or restored, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hidden_at: Option<Timestamp>,
    /// The registration has been taken over: once.
    pub(crate) registered: bool,
    /// The owner has written it, so the registration's name no longer counts.
    pub(crate) edited: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) version: Version,
}

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
            hidden: false,
            hidden_at: None,
            registered: false,
            edited: false,
            created_at: now,
            version: Version::FIRST,
        }
    }

    /// Hidden or not, as it was said `at`: the later word counts.
    pub(crate) fn with_hidden(self, hidden: bool, at: Timestamp) -> Self {
        if self.hidden_at.is_some_and(|earlier| earlier >= at) {
            return self;
        }
        Self {
            hidden,
            hidden_at: Some(at),
            ..self
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
        Self {
            username: event.username.clone(),
            username_lower: fold(&event.username),
            display_name,
            registered: true,
            created_at: at,
            version: profile.version.next(),
            ..profile
        }
    }

    /// As its owner wrote it anew; the same when that changes nothing.
    pub(crate) fn with_edit(self, edit: Edit) -> Self {
        let written = Self {
            display_name: edit.display_name,
            bio: edit.bio,
            website: edit.website,
            location: edit.location,
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

    /// As clients see it.
    pub(crate) fn view(self, counts: ProfileCounts, viewer: Option<ProfileViewer>) -> resources::Profile {
        resources::Profile {
            user_id: self.user_id,
            username: self.username,
            display_name: self.display_name,
            bio: self.bio,
            website: self.website,
            location: self.location,
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOKEN_SEEN: i64 = 1_000;
    const REGISTERED: i64 = 900;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Step {
        Token,
        Registration,
    }

    fn user() -> UserId {
        UserId::from_bytes([7; 16])
    }

    fn event() -> UserRegistered {
        UserRegistered {
            user_id: user(),
            username: "Ann.Lee".to_owned(),
            display_name: "Ann".to_owned(),
        }
    }

    fn edit(display_name: &str) -> Edit {
        Edit {
            display_name: display_name.to_owned(),
            bio: Some("hello".to_owned()),
            website: None,
            location: None,
        }
    }

    fn after(steps: &[Step]) -> Option<Profile> {
        steps.iter().fold(None, |profile, step| {
            Some(match step {
                Step::Token => profile.unwrap_or_else(|| {
                    Profile::of_claims(user(), "Ann.Lee", Timestamp::from_millis(TOKEN_SEEN))
                }),
                Step::Registration => {
                    Profile::with_registration(profile, &event(), Timestamp::from_millis(REGISTERED))
                }
            })
        })
    }

    proptest! {
        #[test]
        fn token_and_registration_end_in_the_same_profile(
            steps in prop::collection::vec(prop_oneof![Just(Step::Token), Just(Step::Registration)], 1..8),
        ) {
            let profile = after(&steps).unwrap();
            if steps.contains(&Step::Registration) {
                prop_assert_eq!(&profile, &after(&[Step::Registration]).unwrap());
                prop_assert_eq!(profile.display_name, "Ann");
            } else {
                prop_assert_eq!(profile.display_name, "Ann.Lee");
            }
        }

        #[test]
        fn what_the_owner_wrote_stays(before in any::<bool>(), deliveries in 1_usize..4) {
            let early = after(&[Step::Token]).unwrap();
            let mut profile = if before { early.with_edit(edit("Annie")) } else { early };
            for _ in 0..deliveries {
                profile = Profile::with_registration(Some(profile), &event(), Timestamp::from_millis(REGISTERED));
            }
            if !before {
                profile = profile.with_edit(edit("Annie"));
            }
            prop_assert_eq!(profile.display_name.as_str(), "Annie");
            prop_assert_eq!(profile, after(&[Step::Registration]).unwrap().with_edit(edit("Annie")));
        }
    }

    #[test]
    fn the_same_edit_again_is_no_change() {
        let once = after(&[Step::Registration]).unwrap().with_edit(edit("Ann"));
        assert_eq!(once.clone().with_edit(edit("Ann")), once);
        assert_ne!(once.clone().with_edit(edit("Bea")).version, once.version);
    }

    #[test]
    fn names_are_the_same_in_any_case() {
        assert_eq!(after(&[Step::Token]).unwrap().username_lower, fold("ANN.LEE"));
    }
}
