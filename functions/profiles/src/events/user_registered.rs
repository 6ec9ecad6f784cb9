//! `user.registered`: the profile gets the name that its owner chose.

use crate::model::Profile;
use crate::state::Profiles;
use crate::store::{self, PROFILES};
use contracts::Event;
use contracts::events::identity::UserRegistered;
use runtime::Result;

/// Makes the profile, or completes the one that a token made before this came; not of somebody who is erased by now. One read, one more when there is none,
/// and one write; a repetition writes nothing.
pub(crate) async fn handle(event: Event<UserRegistered>, profiles: Profiles) -> Result<()> {
    let user = event.data.user_id;
    cloud::on_contention(|| async {
        let stored = store::profile(profiles.documents(), user).await?;
        if stored.is_none() && profiles.cloud.is_erased(user).await? {
            return Ok(());
        }
        let current = stored.as_deref().cloned();
        let profile = Profile::with_registration(current.clone(), &event.data, event.time);
        if current.as_ref() != Some(&profile) {
            profiles
                .cloud
                .commit()
                .save(PROFILES, stored.as_ref(), &profile)
                .await?;
        }
        Ok(())
    })
    .await?;
    profiles.access.forget_profile(user).await;
    Ok(())
}
