//! `post.deleted`: the posts of its owner are counted anew.

use crate::model::Count;
use crate::state::Profiles;
use contracts::Event;
use contracts::events::posts::PostDeleted;
use runtime::Result;

/// A post is gone.
pub(crate) async fn handle(event: Event<PostDeleted>, profiles: Profiles) -> Result<()> {
    Ok(profiles.recount(event.data.author_id, &[Count::Posts]).await?)
}
