//! `PUT /api/posts/{postId}/bookmark`

use crate::model::Bookmark;
use crate::state::Posts;
use crate::store::{self, BOOKMARKS};
use axum::extract::State;
use cloud::on_contention;
use contracts::PostId;
use runtime::{Caller, NoBody, NoContent, Path, Result};

/// Keep a post among one's bookmarks.
///
/// Nobody else learns of it. Doing it again changes nothing.
///
/// Reads the post, the bookmark, and how the caller stands to the author when that is not kept.
#[utoipa::path(put, path = "/api/posts/{postId}/bookmark", tag = "posts",
    responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn bookmark_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
    _: NoBody,
) -> Result<NoContent> {
    let (posts, user_id) = (&posts, caller.user_id);
    posts.visible(post_id, Some(user_id)).await?;
    on_contention(|| async move {
        let documents = posts.cloud.documents();
        if store::bookmark(documents, user_id, post_id).await?.is_some() {
            return Ok(());
        }
        let bookmark = Bookmark {
            user_id,
            post_id,
            created_at: posts.now(),
        };
        posts.commit().save(BOOKMARKS, None, &bookmark).await
    })
    .await?;
    Ok(NoContent)
}
