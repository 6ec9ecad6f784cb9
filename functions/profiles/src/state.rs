//! What the handlers share.

use crate::model::Profile;
use crate::store::{self, COUNTS, PROFILES};
use access::Access;
use cloud::{Cloud, Documents, Stored, Tally};
use contracts::resources::{self, ProfileCounts, ProfileViewer};
use contracts::{Timestamp, UserId};
use futures::try_join;
use runtime::{Caller, Context, SetupError, Tagged, Viewer};

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Profiles {
    pub(crate) context: Context,
    pub(crate) cloud: Cloud,
    pub(crate) access: Access,
    pub(crate) tally: Tally<ProfileCounts>,
}

impl Profiles {
    #[expect(clippy::unnecessary_wraps, reason = "other functions read variables here")]
    pub(crate) fn new(context: &Context) -> Result<Self, SetupError> {
        let cloud = context.cloud().clone();
        Ok(Self {
            context: context.clone(),
            access: Access::new(cloud.clone()),
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

    /// `profile` as `viewer` sees it. Two reads for somebody else with a token; one more when its counts are not in Redis.
    pub(crate) async fn view(
        &self,
        profile: Profile,
        viewer: &Viewer,
    ) -> cloud::Result<Tagged<resources::Profile>> {
        let (counts, viewer) = try_join!(
            self.counts(profile.user_id),
            self.standing(profile.user_id, viewer.user_id())
        )?;
        Ok(Tagged(profile.version, profile.view(counts, viewer)))
    }

    async fn standing(&self, person: UserId, viewer: Option<UserId>) -> cloud::Result<Option<ProfileViewer>> {
        match viewer {
            Some(viewer) if viewer != person => Ok(Some(self.access.relation(viewer, person).await?)),
            _ => Ok(None),
        }
    }

    /// Somebody's stored profile, if they are somebody to `viewer`. One read, and how the two stand, which is mostly in Redis.
    ///
    /// # Errors
    /// 404: there is none, or not for the viewer.
    pub(crate) async fn shown(&self, user: UserId, viewer: Option<UserId>) -> cloud::Result<Stored<Profile>> {
        let (profile, standing) = try_join!(self.known(user), self.access.standing(user, viewer))?;
        if standing.absent() {
            Err(contracts::Refusal::NotFound.into())
        } else {
            Ok(profile)
        }
    }

    /// Somebody's stored profile.
    ///
    /// # Errors
    /// 404: there is none.
    pub(crate) async fn known(&self, user: UserId) -> cloud::Result<Stored<Profile>> {
        let profile = store::profile(self.documents(), user).await?;
        Ok(profile.ok_or(contracts::Refusal::NotFound)?)
    }
}
