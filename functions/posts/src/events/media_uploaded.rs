//! Something uploaded is a picture, or a file.

use crate::state::Posts;
use contracts::Event;
use contracts::events::media::MediaUploaded;
use runtime::Result;

/// Shows it with the post that it came with.
pub(crate) async fn handle(event: Event<MediaUploaded>, posts: Posts) -> Result<()> {
    Ok(posts.picture_settled(event.data.media_id).await?)
}
