//! `DELETE /api/posts/{postId}/pin`

use super::pin_post::with_pin;
use crate::state::Posts;
use crate::store::{PINS, POSTS};
use axum::extract::State;
use cloud::on_contention;
use contracts::{PostId, UserId};
use runtime::{Caller, NoContent, Path, Result};

/// Let one's own post stand on one's page where its time puts it.
///
/// Doing it again changes nothing. 403 `not_the_author` for others who may see it.
///
/// Reads the post; a write and a delete.
#[utoipa::path(delete, path = "/api/posts/{postId}/pin", tag = "posts",
    responses((status = 204), (status = 403)), security(("bearer" = [])))]
pub(crate) async fn unpin_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
) -> Result<NoContent> {
    on_contention(|| unpin(&posts, caller.user_id, post_id)).await?;
    Ok(NoContent)
}

async fn unpin(posts: &Posts, user_id: UserId, post_id: PostId) -> cloud::Result<()> {
    let post = posts.visible(post_id, Some(user_id)).await?;
    post.is_of(user_id)?;
    if !post.pinned {
        return Ok(());
    }
    let commit = posts.commit().save(POSTS, Some(&post), &with_pin(&post, false));
    commit.remove(PINS, &user_id.to_string()).await
}
