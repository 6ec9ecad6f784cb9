//! `POST /api/posts/{postId}/share`

use crate::model::{Content, Needs, NewPost, Repost, StoredPost};
use crate::state::{Posts, author};
use crate::store::{self, REPOSTS};
use access::Author;
use axum::extract::State;
use cloud::{IdempotencyKey, Stored, on_contention};
use contracts::resources::{Post, Visibility};
use contracts::{Check, PostId, Refusal};
use runtime::{Body, Caller, Created, Idempotency, Path, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody says of what they share.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Share {
    /// Up to 5,000 characters; with none it is a repost.
    #[schema(example = "look at this")]
    text: Option<String>,
}

/// Repost a post, or quote it when there is a text.
///
/// The answer is a post of one's own: deleting it takes it back. A post is reposted once by a person, so that doing it again answers as the first time;
/// it may be quoted as often as one likes. To share a repost is to share what it shares. Only what everybody may see can be shared: 422
/// `not_public` for anything else.
///
/// Reads the post (and what that shares, when it is a repost), the caller's earlier repost, and what creating and showing a post read.
#[utoipa::path(post, path = "/api/posts/{postId}/share", tag = "posts", request_body = Share,
    responses((status = 201, body = Post), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn share_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    idempotency: Idempotency,
    State(posts): State<Posts>,
    Body(share): Body<Share>,
) -> Result<Created<Post>> {
    let author = author(&caller);
    let mut check = Check::new();
    let new = NewPost {
        text: share.text.unwrap_or_default(),
        ..NewPost::default()
    };
    let content = Content::check(&mut check, new, Needs::Nothing);
    check.done()?;
    let shared = shareable(&posts, post_id, &author).await?;
    let key = idempotency.key();
    if content.text.is_empty() {
        return Ok(Box::pin(on_contention(|| repost(&posts, &author, &content, &shared, key))).await?);
    }
    let draft = posts.draft(&author, content, &[]).await?;
    let quote = StoredPost::write(&author, draft.written, posts.now()).sharing(&shared);
    let commit = posts.commit();
    let publish = posts.publish(commit, &quote, Some(&shared), &draft.audience, key);
    Ok(posts.share_counted(Some(shared.post_id), 1, publish).await?)
}

/// What is shared when somebody shares `post_id`: itself, or what it reposts.
async fn shareable(posts: &Posts, post_id: PostId, author: &Author) -> cloud::Result<Stored<StoredPost>> {
    let viewer = Some(author.user_id);
    let mut post = posts.visible(post_id, viewer).await?;
    if let Some(original) = post.shared_post_id.filter(|_| post.is_repost()) {
        post = posts.visible(original, viewer).await?;
    }
    let everybody = post.visibility == Visibility::Public
        && posts
            .access
            .may_see(Visibility::Public, post.author_id, None)
            .await?;
    if everybody {
        Ok(post)
    } else {
        Err(Refusal::unprocessable("not_public", "only what everybody may see can be shared").into())
    }
}

async fn repost(
    posts: &Posts,
    author: &Author,
    nothing: &Content,
    shared: &StoredPost,
    key: Option<&IdempotencyKey>,
) -> cloud::Result<Created<Post>> {
    let documents = posts.cloud.documents();
    if let Some(earlier) = store::repost(documents, author.user_id, shared.post_id).await? {
        let post = posts.visible(earlier.post_id, Some(author.user_id)).await?;
        let view = posts.view(&post, Some(author.user_id)).await?;
        return Ok(Created::at(format!("/api/posts/{}", post.post_id), view).version(post.version));
    }
    let draft = posts.draft(author, nothing.clone(), &[]).await?;
    let post = StoredPost::write(author, draft.written, posts.now()).sharing(shared);
    let record = Repost {
        user_id: author.user_id,
        shared_post_id: shared.post_id,
        post_id: post.post_id,
    };
    let commit = posts.commit().save(REPOSTS, None, &record);
    let publish = posts.publish(commit, &post, Some(shared), &draft.audience, key);
    posts.share_counted(Some(shared.post_id), 1, publish).await
}
