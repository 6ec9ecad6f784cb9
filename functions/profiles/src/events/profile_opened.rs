//! `profile.opened`: who asked to follow the account follows it.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::graph::ProfileOpened;
use runtime::Result;

/// A private account became public.
pub(crate) async fn handle(event: Event<ProfileOpened>, profiles: Profiles) -> Result<()> {
    Ok(profiles.open(event.data.user_id).await?)
}
