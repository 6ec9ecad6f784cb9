//! `PUT /api/posts/{postId}/pin`

use crate::model::{Pin, StoredPost};
use crate::state::Posts;
use crate::store::{self, PINS, POSTS};
use axum::extract::State;
use cloud::on_contention;
use contracts::resources::Visibility;
use contracts::{PostId, Refusal, UserId};
use runtime::{Caller, NoBody, NoContent, Path, Result};

/// Let one's own post stand first on one's page, in the place of the one that stood there.
///
/// Doing it again changes nothing. A private post cannot be pinned: 422 `private`. 403 `not_the_author` for others who may see it.
///
/// Reads the post, what was pinned, and that post; writes three.
#[utoipa::path(put, path = "/api/posts/{postId}/pin", tag = "posts",
    responses((status = 204), (status = 403), (status = 422)), security(("bearer" = [])))]
pub(crate) async fn pin_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
    _: NoBody,
) -> Result<NoContent> {
    on_contention(|| pin(&posts, caller.user_id, post_id)).await?;
    Ok(NoContent)
}

async fn pin(posts: &Posts, user_id: UserId, post_id: PostId) -> cloud::Result<()> {
    let documents = posts.cloud.documents();
    let post = posts.visible(post_id, Some(user_id)).await?;
    post.is_of(user_id)?;
    if post.visibility == Visibility::Private {
        return Err(Refusal::unprocessable("private", "a private post cannot be pinned").into());
    }
    if post.pinned {
        return Ok(());
    }
    let stored = store::pin(documents, user_id).await?;
    let mut commit = posts
        .commit()
        .save(PINS, stored.as_ref(), &Pin { user_id, post_id })
        .save(POSTS, Some(&post), &with_pin(&post, true));
    if let Some(pin) = &stored
        && let Some(earlier) = store::post(documents, pin.post_id).await?
    {
        commit = commit.save(POSTS, Some(&earlier), &with_pin(&earlier, false));
    }
    commit.await
}

/// The post pinned, or not. Its version stays: it says what it said.
pub(super) fn with_pin(post: &StoredPost, pinned: bool) -> StoredPost {
    StoredPost {
        pinned,
        ..post.clone()
    }
}
