//! `username.changed`: the profile has the name that its owner chose last.

use crate::model::Profile;
use crate::state::Profiles;
use contracts::Event;
use contracts::events::identity::UsernameChanged;
use runtime::Result;

/// Writes the name, unless a later one is known. One read and one write.
pub(crate) async fn handle(event: Event<UsernameChanged>, profiles: Profiles) -> Result<()> {
    let UsernameChanged { user_id, username } = &event.data;
    let named = |profile: Profile| profile.with_name(&event.data, event.time);
    Ok(profiles.amend(*user_id, username, named).await?)
}
