//! `account.deactivated`: nobody is to see them.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::accounts::AccountDeactivated;
use runtime::Result;

/// Hides the profile, and with it all that is theirs.
pub(crate) async fn handle(event: Event<AccountDeactivated>, profiles: Profiles) -> Result<()> {
    Ok(profiles.hide(event.data.user_id, true, event.time).await?)
}
