//! `POST /api/posts`

use crate::model::StoredPost;
use crate::state::{Posts, author};
use crate::store::POSTS;
use crate::views::fresh;
use axum::extract::State;
use contracts::events::posts::PostCreated;
use contracts::hub::NewPostAvailable;
use contracts::resources::{Post, Visibility};
use contracts::{Audience, Subject};
use runtime::{Body, Caller, Created, Idempotency, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody wants to post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewPost {
    /// 1 to 5,000 characters.
    #[schema(example = "first light")]
    text: String,
    /// Who may see it.
    #[serde(default)]
    visibility: Visibility,
}

/// Post something.
///
/// No read but the author's profile when it is not kept.
#[utoipa::path(post, path = "/api/posts", tag = "posts", request_body = NewPost,
    responses((status = 201, body = Post), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn create_post(
    caller: Caller,
    idempotency: Idempotency,
    State(posts): State<Posts>,
    Body(new): Body<NewPost>,
) -> Result<Created<Post>> {
    let author = author(&caller);
    let post = StoredPost::write(&author, &new.text, new.visibility, posts.now())?;
    let view = fresh(&post, posts.access.summary(&author).await?);
    let mut commit = posts.commit().create(POSTS, &post).emit(&PostCreated {
        post_id: post.post_id,
        author_id: post.author_id,
        visibility: post.visibility,
        tags: Vec::new(),
        media_ids: Vec::new(),
        shared_post_id: None,
        created_at: Some(post.created_at),
    });
    if post.shared {
        let available = NewPostAvailable {
            post_id: post.post_id,
            author: view.author.clone(),
            created_at: post.created_at,
        };
        commit = commit.tell(Audience::Group(Subject::User(post.author_id)), &available);
    }
    let answer = Created::at(format!("/api/posts/{}", post.post_id), view).version(post.version);
    Ok(commit.answer(idempotency.key(), answer).await?)
}
