//! `post.created`: the posts of its owner are counted anew.

use crate::model::Count;
use crate::state::Profiles;
use contracts::Event;
use contracts::events::posts::PostCreated;
use runtime::Result;

/// A post was made.
pub(crate) async fn handle(event: Event<PostCreated>, profiles: Profiles) -> Result<()> {
    Ok(profiles.recount(event.data.author_id, &[Count::Posts]).await?)
}
