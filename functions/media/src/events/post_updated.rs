//! `post.updated`: what it shows now is kept, what it showed before no longer.

use super::shown::look_again;
use crate::state::Library;
use contracts::events::posts::PostUpdated;
use contracts::{Event, Subject};
use runtime::Result;

/// Two reads and one write for each picture that it has or had.
pub(crate) async fn handle(event: Event<PostUpdated>, library: Library) -> Result<()> {
    let PostUpdated {
        post_id,
        author_id,
        before,
        after,
        ..
    } = event.data;
    let media = before.media_ids.into_iter().chain(after.media_ids);
    Ok(look_again(&library, Subject::Post(post_id), author_id, media).await?)
}
