//! `DELETE /api/posts/{postId}/bookmark`

use crate::model::of_user;
use crate::state::Posts;
use crate::store::{self, BOOKMARKS};
use axum::extract::State;
use contracts::PostId;
use runtime::{Caller, NoContent, Path, Result};

/// Take a post from one's bookmarks.
///
/// Doing it again changes nothing; of a post that is out of sight by now it may be done as well.
///
/// Reads the bookmark; without one the post, and how the caller stands to the author when that is not kept.
#[utoipa::path(delete, path = "/api/posts/{postId}/bookmark", tag = "posts",
    responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn unbookmark_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
) -> Result<NoContent> {
    let documents = posts.cloud.documents();
    if store::bookmark(documents, caller.user_id, post_id)
        .await?
        .is_some()
    {
        let commit = posts.commit();
        commit
            .remove(BOOKMARKS, &of_user(caller.user_id, post_id))
            .await?;
    } else {
        posts.visible(post_id, Some(caller.user_id)).await?;
    }
    Ok(NoContent)
}
