//! `DELETE /api/posts/{postId}`

use crate::model::{StoredPost, of_user};
use crate::state::Posts;
use crate::store::{self, DELETED_POSTS, PINS, REPOSTS};
use axum::extract::State;
use cloud::{Error, Stored, on_contention};
use contracts::events::posts::PostDeleted;
use contracts::hub::PostRemoved;
use contracts::{Audience, PostId, Refusal, Subject};
use runtime::{Caller, IfMatch, NoContent, Path, Result};

/// Delete one's own post.
///
/// Its comments and reactions are out of reach with it; to delete a repost is to take it back. Deleting it again answers as the first time. 403 `not_the_author` for others who may see it.
#[utoipa::path(delete, path = "/api/posts/{postId}", tag = "posts",
    responses((status = 204), (status = 403), (status = 412)), security(("bearer" = [])))]
pub(crate) async fn delete_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    if_match: IfMatch,
    State(posts): State<Posts>,
) -> Result<NoContent> {
    let (posts, if_match, caller) = (&posts, &if_match, caller.user_id);
    on_contention(|| async move {
        let post = match posts.visible(post_id, Some(caller)).await {
            Err(Error::Refused(Refusal::NotFound))
                if store::was_theirs(posts.cloud.documents(), post_id, caller).await? =>
            {
                return Ok(());
            }
            post => post?,
        };
        post.is_of(caller)?;
        if_match.allows(post.version)?;
        bury(posts, post).await
    })
    .await?;
    Ok(NoContent)
}

async fn bury(posts: &Posts, post: Stored<StoredPost>) -> cloud::Result<()> {
    let (post_id, author_id) = (post.post_id, post.author_id);
    let facets = post.facets();
    let mut commit = posts
        .commit()
        .delete(&post)
        .put(DELETED_POSTS, &post.deleted(posts.now()))
        .emit(&PostDeleted {
            post_id,
            author_id,
            tags: facets.tags,
            media_ids: facets.media_ids,
            shared_post_id: post.shared_post_id,
            created_at: Some(post.created_at),
        })
        .tell(Audience::Group(Subject::Post(post_id)), &PostRemoved { post_id });
    if post.pinned {
        commit = commit.remove(PINS, &author_id.to_string());
    }
    if let Some(shared) = post.shared_post_id.filter(|_| post.is_repost()) {
        commit = commit.remove(REPOSTS, &of_user(author_id, shared));
    }
    posts
        .share_counted(post.shared_post_id, -1, commit.into_future())
        .await
}

/// Deletes a post as its author would, whoever asks. What is gone already is no error. One read, and what the deletion costs.
///
/// # Errors
/// Something is away, or the post was changed or deleted at this moment.
pub(crate) async fn remove_post(posts: &Posts, post_id: PostId) -> cloud::Result<()> {
    match store::post(posts.cloud.documents(), post_id).await? {
        Some(post) => bury(posts, post).await,
        None => Ok(()),
    }
}
