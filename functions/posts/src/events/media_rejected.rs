//! Something uploaded is not what it was said to be.

use crate::state::Posts;
use contracts::Event;
use contracts::events::media::MediaRejected;
use runtime::Result;

/// Says so with the post that it came with.
pub(crate) async fn handle(event: Event<MediaRejected>, posts: Posts) -> Result<()> {
    Ok(posts.picture_settled(event.data.media_id).await?)
}
