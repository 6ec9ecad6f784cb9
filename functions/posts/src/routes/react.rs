//! `POST /api/posts/{postId}/reactions` and `POST /api/comments/{commentId}/reactions`

use crate::state::{Posts, author};
use axum::extract::State;
use contracts::resources::{Reaction, ReactionType};
use contracts::{CommentId, PostId, Subject};
use runtime::{Body, Caller, Created, Idempotency, Path, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// How somebody reacts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewReaction {
    /// How.
    r#type: ReactionType,
}

/// React to a post, or change the reaction: there is one a person.
///
/// Always 201, so that doing it again answers as the first time. At most five reads: the post, following when that decides, the reaction, number and
/// profile when they are not kept.
#[utoipa::path(post, path = "/api/posts/{postId}/reactions", tag = "reactions", request_body = NewReaction,
    responses((status = 201, body = Reaction), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn react_to_post(
    caller: Caller,
    Path(post_id): Path<PostId>,
    idempotency: Idempotency,
    State(posts): State<Posts>,
    Body(new): Body<NewReaction>,
) -> Result<Created<Reaction>> {
    let location = format!("/api/posts/{post_id}/reactions");
    let subject = Subject::Post(post_id);
    react(&posts, subject, &caller, new.r#type, &idempotency, &location).await
}

/// React to a comment, or change the reaction: there is one a person.
///
/// Always 201, so that doing it again answers as the first time. Reads as for a post, and the comment.
#[utoipa::path(post, path = "/api/comments/{commentId}/reactions", tag = "reactions", request_body = NewReaction,
    responses((status = 201, body = Reaction), (status = 409)), security(("bearer" = [])))]
pub(crate) async fn react_to_comment(
    caller: Caller,
    Path(comment_id): Path<CommentId>,
    idempotency: Idempotency,
    State(posts): State<Posts>,
    Body(new): Body<NewReaction>,
) -> Result<Created<Reaction>> {
    let location = format!("/api/comments/{comment_id}/reactions");
    let subject = Subject::Comment(comment_id);
    react(&posts, subject, &caller, new.r#type, &idempotency, &location).await
}

async fn react(
    posts: &Posts,
    subject: Subject,
    caller: &Caller,
    r#type: ReactionType,
    idempotency: &Idempotency,
    location: &str,
) -> Result<Created<Reaction>> {
    let answer = |reaction| Created::at(location.to_owned(), reaction);
    Ok(posts
        .engagement
        .react(subject, &author(caller), r#type, idempotency.key(), answer)
        .await?)
}
