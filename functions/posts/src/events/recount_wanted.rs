//! Somebody wants numbers to be counted again: `kith recount`.

use crate::state::Posts;
use contracts::events::posts::RecountWanted;
use contracts::{Event, Subject};
use futures::TryStreamExt;
use runtime::Result;

/// How many things are counted at once.
const AT_ONCE: usize = 16;

/// Counts what is engaged with. (People: `profiles`.)
pub(crate) async fn handle(event: Event<RecountWanted>, posts: Posts) -> Result<()> {
    let ours = event.data.subjects.into_iter();
    let ours = ours.filter(|subject| !matches!(subject, Subject::User(_)));
    futures::stream::iter(ours.map(Ok::<_, cloud::Error>))
        .try_for_each_concurrent(AT_ONCE, |subject| posts.engagement.recount_all(subject))
        .await?;
    Ok(())
}
