//! `PUT /api/posts/{postId}`

use crate::model::{Content, Needs, PostEdit, StoredPost, StoredRevision};
use crate::state::{Posts, author};
use crate::store::{PINS, POSTS, REVISIONS};
use axum::extract::State;
use cloud::on_contention;
use contracts::resources::Post;
use contracts::{Check, PostId, Refusal};
use runtime::{Body, Caller, IfMatch, Path, Result, Tagged};

/// Change one's own post.
///
/// What the body leaves out stays. How the post was is kept and shown by its history. People whom the post names from now on are told. A reposted
/// post has nothing to change: 422 `a_repost`. 403 `not_the_author` for others who may see it.
///
/// Reads the post, what creating it reads, and the caller's reaction and bookmark.
#[utoipa::path(put, path = "/api/posts/{postId}", tag = "posts", request_body = PostEdit,
    responses((status = 200, body = Post), (status = 403), (status = 412)), security(("bearer" = [])))]
pub(crate) async fn update_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    if_match: IfMatch,
    State(posts): State<Posts>,
    Body(edit): Body<PostEdit>,
) -> Result<Tagged<Post>> {
    let change = || edit_post(&posts, &caller, post_id, &if_match, edit.clone());
    let post = Box::pin(on_contention(change)).await?;
    let view = posts.view(&post, Some(caller.user_id)).await?;
    Ok(Tagged(post.version, view))
}

/// Answers the post as it is then.
async fn edit_post(
    posts: &Posts,
    caller: &Caller,
    post_id: PostId,
    if_match: &IfMatch,
    edit: PostEdit,
) -> cloud::Result<StoredPost> {
    let post = posts.visible(post_id, Some(caller.user_id)).await?;
    post.is_of(caller.user_id)?;
    if_match.allows(post.version)?;
    if post.is_repost() {
        return Err(Refusal::unprocessable("a_repost", "a repost has nothing to change").into());
    }
    let needs = post.shared_post_id.map_or(Needs::Something, |_| Needs::Text);
    let mut check = Check::new();
    let content = Content::check(&mut check, edit.over(&post), needs);
    check.done()?;
    let draft = posts.draft(&author(caller), content, &post.media).await?;
    let now = posts.now();
    let Some(edited) = post.edited(draft.written, now) else {
        return Ok(post.into_inner());
    };
    let mut commit = posts
        .commit()
        .save(POSTS, Some(&post), &edited)
        .put(REVISIONS, &StoredRevision::of(&post, now));
    if post.pinned && !edited.pinned {
        commit = commit.remove(PINS, &caller.user_id.to_string());
    }
    let commit = posts
        .tell_changed(commit, &post, &edited, &draft.audience)
        .await?;
    commit.await?;
    Ok(edited)
}
