//! `profile.updated`: the pictures that it shows now are kept, those that it showed before no longer.

use super::shown::look_again;
use crate::state::Library;
use contracts::events::graph::ProfileUpdated;
use contracts::{Event, Subject};
use runtime::Result;

/// Two reads and one write for each picture that it has or had.
pub(crate) async fn handle(event: Event<ProfileUpdated>, library: Library) -> Result<()> {
    let ProfileUpdated {
        user_id, media_ids, ..
    } = event.data;
    Ok(look_again(&library, Subject::User(user_id), user_id, media_ids).await?)
}
