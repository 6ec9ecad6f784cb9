//! `POST /api/posts`

use crate::model::{Content, Needs, NewPost};
use crate::receiving::PostForm;
use crate::state::{Posts, author};
use axum::extract::State;
use contracts::Check;
use contracts::resources::Post;
use runtime::{BodyOrForm, Caller, Created, Idempotency, Result};

/// Post something.
///
/// As JSON, with pictures that were uploaded before; or as a form with the pictures themselves, which are stored as they arrive. Those are looked at
/// after the answer: until then, for seconds, their `status` is `pending`; who looks at the post hears of it by `PostUpdated`. What turns out to be no
/// picture is `rejected`.
///
/// Reads each picture that was uploaded before, who has the usernames in the text, and profiles when they are not kept. Followers find it in their
/// timelines, and are told, by its event.
#[utoipa::path(post, path = "/api/posts", tag = "posts",
    request_body(content((NewPost = "application/json"), (PostForm = "multipart/form-data"))),
    responses((status = 201, body = Post), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn create_post(
    caller: Caller,
    idempotency: Idempotency,
    State(posts): State<Posts>,
    body: BodyOrForm<NewPost>,
) -> Result<Created<Post>> {
    let author = author(&caller);
    let (new, shown, key) = match body {
        BodyOrForm::Body(new) => (new, Vec::new(), idempotency.key().cloned()),
        BodyOrForm::Form(form) => {
            let form = Box::pin(posts.receive(caller.user_id, idempotency.key(), form)).await?;
            let key = idempotency.of_parts(&posts.context, &form.parts).await?;
            (form.new, form.media, key)
        }
    };
    let mut check = Check::new();
    let content = Content::check(&mut check, new, Needs::Something);
    check.done()?;
    let draft = posts.draft(&author, content, &shown).await?;
    Ok(posts.publish_new(&author, draft, key.as_ref()).await?)
}
