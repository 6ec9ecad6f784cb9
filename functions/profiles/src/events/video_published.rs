//! `video.published`: the videos of its owner are counted anew.

use crate::model::Count;
use crate::state::Profiles;
use contracts::Event;
use contracts::events::videos::VideoPublished;
use runtime::Result;

/// A video can be watched.
pub(crate) async fn handle(event: Event<VideoPublished>, profiles: Profiles) -> Result<()> {
    Ok(profiles.recount(event.data.user_id, &[Count::Videos]).await?)
}
