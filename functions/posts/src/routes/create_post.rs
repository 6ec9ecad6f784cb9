//! `POST /api/posts`

use crate::drafts::Draft;
use crate::model::{Content, Needs, NewPost, StoredMedia};
use crate::receiving::{PostForm, Received};
use crate::state::{Posts, author};
use access::Author;
use axum::extract::State;
use cloud::IdempotencyKey;
use contracts::resources::Post;
use contracts::{Check, Refusal};
use runtime::{BodyOrForm, Caller, Created, Form, Idempotency, Result};

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
    let (received, key) = match body {
        BodyOrForm::Body(new) => (Received::from(new), idempotency.key().cloned()),
        BodyOrForm::Form(form) => Box::pin(received(&posts, &author, &idempotency, form)).await?,
    };
    match drafted(&posts, &author, received.new, &received.media).await {
        Ok(draft) => Ok(posts.publish_new(&author, draft, key.as_ref()).await?),
        Err(refused) => {
            posts.discard(&received.objects).await;
            Err(refused)
        }
    }
}

/// A form that was not answered before, and its key with what it asks for. One read with a key.
async fn received(
    posts: &Posts,
    author: &Author,
    idempotency: &Idempotency,
    form: Form,
) -> Result<(Received, Option<IdempotencyKey>)> {
    let answered = idempotency.was_answered(&posts.context).await?;
    let received = posts.receive(author.user_id, form, !answered).await?;
    let key = idempotency.of_parts(&posts.context, &received.parts).await?;
    if answered {
        // the answer has run out in this moment, and the files were not stored
        return Err(Refusal::Unavailable.into());
    }
    Ok((received, key))
}

async fn drafted(posts: &Posts, author: &Author, new: NewPost, shown: &[StoredMedia]) -> Result<Draft> {
    let mut check = Check::new();
    let content = Content::check(&mut check, new, Needs::Something);
    check.done()?;
    Ok(posts.draft(author, content, shown).await?)
}
