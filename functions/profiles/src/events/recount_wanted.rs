//! Somebody wants numbers to be counted again: `kith recount`.

use crate::model::Count;
use crate::state::Profiles;
use contracts::events::posts::RecountWanted;
use contracts::{Event, Subject};
use futures::future::try_join_all;
use runtime::Result;

/// Counts what is on profiles. (What is engaged with: `posts`.)
pub(crate) async fn handle(event: Event<RecountWanted>, profiles: Profiles) -> Result<()> {
    let people = event.data.subjects.iter().filter_map(|subject| match subject {
        Subject::User(user) => Some(*user),
        Subject::Post(_) | Subject::Comment(_) | Subject::Video(_) => None,
    });
    try_join_all(people.map(|user| profiles.recount(user, &Count::ALL))).await?;
    Ok(())
}
