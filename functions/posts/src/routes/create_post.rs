//! `POST /api/posts`

use crate::model::{Content, Needs, NewPost};
use crate::state::{Posts, author};
use axum::extract::State;
use contracts::Check;
use contracts::resources::Post;
use runtime::{Body, Caller, Created, Idempotency, Result};

/// Post something.
///
/// Reads each picture, who has the usernames in the text, and profiles when they are not kept. Followers find it in their timelines, and are told, by its event.
#[utoipa::path(post, path = "/api/posts", tag = "posts", request_body = NewPost,
    responses((status = 201, body = Post), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn create_post(
    caller: Caller,
    idempotency: Idempotency,
    State(posts): State<Posts>,
    Body(new): Body<NewPost>,
) -> Result<Created<Post>> {
    let author = author(&caller);
    let mut check = Check::new();
    let content = Content::check(&mut check, new, Needs::Something);
    check.done()?;
    let draft = posts.draft(&author, content, None).await?;
    Ok(posts.publish_new(&author, draft, idempotency.key()).await?)
}
