//! `post.deleted`: what it shows is kept no longer.

use super::shown::look_again;
use crate::state::Library;
use contracts::events::posts::PostDeleted;
use contracts::{Event, Subject};
use runtime::Result;

/// Two reads and one write for each picture.
pub(crate) async fn handle(event: Event<PostDeleted>, library: Library) -> Result<()> {
    let PostDeleted {
        post_id,
        author_id,
        media_ids,
        ..
    } = event.data;
    Ok(look_again(&library, Subject::Post(post_id), author_id, media_ids).await?)
}
