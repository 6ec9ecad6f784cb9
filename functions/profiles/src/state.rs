//! What the handlers share.

use crate::model::Profile;
use crate::store::{self, COUNTS, PROFILES};
use crate::suggestions;
use access::Access;
use cloud::{Cloud, Documents, Shelf, Stored, Tally};
use contracts::events::graph::ProfileUpdated;
use contracts::resources::{self, ProfileCounts};
use contracts::{Refusal, Timestamp, UserId};
use futures::try_join;
use runtime::{Caller, Context, SetupError, Tagged, Viewer};
use std::collections::HashMap;

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Profiles {
    pub(crate) context: Context,
    pub(crate) cloud: Cloud,
    pub(crate) access: Access,
    pub(crate) tally: Tally<ProfileCounts>,
    /// Whom somebody may want to follow.
    pub(crate) suggestions: Shelf,
}

impl Profiles {
    #[expect(clippy::unnecessary_wraps, reason = "other functions read variables here")]
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let cloud = context.cloud().clone();
        Ok(Self {
            context: context.clone(),
            access: Access::new(cloud.clone()),
            suggestions: Shelf::new(cloud.cache().clone(), "suggestions", suggestions::KEPT),
            tally: Tally::new(cloud.clone(), COUNTS, |user| format!("profile_counts:{user}")),
            cloud,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.cloud.clock().now()
    }

    pub(crate) fn documents(&self) -> &Documents {
        self.cloud.documents()
    }

    /// The caller's own profile, which their first use makes. One read, and one write the first time.
    pub(crate) async fn own(&self, caller: &Caller) -> cloud::Result<Profile> {
        cloud::on_contention(|| async {
            let stored = store::profile(self.documents(), caller.user_id).await?;
            if let Some(profile) = stored {
                return Ok(profile.into_inner());
            }
            let profile = self.first(caller);
            self.cloud.commit().save(PROFILES, None, &profile).await?;
            self.access.forget_profile(caller.user_id).await;
            Ok(profile)
        })
        .await
    }

    /// What a first use makes.
    pub(crate) fn first(&self, caller: &Caller) -> Profile {
        Profile::of_claims(caller.user_id, &caller.username, self.now())
    }

    /// `profile` as `viewer` sees it. No read for numbers and edges that are in Redis, else three.
    pub(crate) async fn view(
        &self,
        profile: Profile,
        viewer: &Viewer,
    ) -> cloud::Result<Tagged<resources::Profile>> {
        let version = profile.version;
        let view = self.views(vec![profile], viewer.user_id()).await?.pop();
        Ok(Tagged(version, view.ok_or(Refusal::NotFound)?))
    }

    /// Profiles as `viewer` sees them, in their order. No read for numbers and edges that are in Redis, else one and two for each.
    pub(crate) async fn views(
        &self,
        profiles: Vec<Profile>,
        viewer: Option<UserId>,
    ) -> cloud::Result<Vec<resources::Profile>> {
        let users: Vec<UserId> = profiles.iter().map(|profile| profile.user_id).collect();
        let ids: Vec<String> = users.iter().map(ToString::to_string).collect();
        let relations = async {
            match viewer {
                Some(viewer) => self.access.relations(viewer, &users).await,
                None => Ok(HashMap::new()),
            }
        };
        let (counts, relations) = try_join!(self.tally.of(&ids), relations)?;
        let address = |object: &str| self.access.media_url(object);
        let view = |(place, profile): (usize, Profile)| {
            let relation = relations.get(&profile.user_id).copied();
            let counts = counts.get(place).copied().unwrap_or_default();
            profile.view(counts, relation, address)
        };
        Ok(profiles.into_iter().enumerate().map(view).collect())
    }

    /// Changes the profile of `user` as `change` says, which may be told again; `username` is what they are called when there is none yet. One read,
    /// one more when there is none, and a write when it changes anything. Nothing for somebody who is erased.
    pub(crate) async fn amend(
        &self,
        user: UserId,
        username: &str,
        change: impl Fn(Profile) -> Profile,
    ) -> cloud::Result<()> {
        cloud::on_contention(|| async {
            let stored = store::profile(self.documents(), user).await?;
            if stored.is_none() && self.cloud.is_erased(user).await? {
                return Ok(());
            }
            let current = stored.as_deref().cloned();
            let current = current.unwrap_or_else(|| Profile::of_claims(user, username, self.now()));
            let changed = change(current.clone());
            if changed == current {
                return Ok(());
            }
            let event = ProfileUpdated {
                user_id: user,
                media_ids: changed.shows(),
            };
            let commit = self.cloud.commit().save(PROFILES, stored.as_ref(), &changed);
            commit.emit(&event).await
        })
        .await?;
        self.access.forget_profile(user).await;
        Ok(())
    }

    /// Somebody's stored profile, if they are somebody to `viewer`. One read, and how the two stand, which is mostly in Redis.
    ///
    /// # Errors
    /// 404: there is none, or not for the viewer.
    pub(crate) async fn shown(&self, user: UserId, viewer: Option<UserId>) -> cloud::Result<Stored<Profile>> {
        let profile = store::profile(self.documents(), user);
        let (profile, standing) = try_join!(profile, self.access.standing(user, viewer))?;
        let profile = profile.filter(|_| !standing.absent());
        Ok(profile.ok_or(Refusal::NotFound)?)
    }
}
