//! `profile.updated`: what others keep of the profile is forgotten, also when the process that changed it died before it could do so.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::graph::ProfileUpdated;
use runtime::Result;

/// Forgets what Redis keeps of the profile.
pub(crate) async fn handle(event: Event<ProfileUpdated>, profiles: Profiles) -> Result<()> {
    profiles.access.forget_profile(event.data.user_id).await;
    Ok(())
}
