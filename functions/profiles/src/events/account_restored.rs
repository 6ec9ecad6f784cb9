//! `account.restored`: they are back.

use crate::state::Profiles;
use contracts::Event;
use contracts::events::accounts::AccountRestored;
use runtime::Result;

/// Shows the profile again, and with it all that is theirs.
pub(crate) async fn handle(event: Event<AccountRestored>, profiles: Profiles) -> Result<()> {
    Ok(profiles.hide(event.data.user_id, false, event.time).await?)
}
