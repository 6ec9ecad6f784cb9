//! `GET /api/posts/{postId}/reactions` and `GET /api/comments/{commentId}/reactions`

use crate::state::Posts;
use axum::extract::State;
use contracts::resources::{Page, Reaction};
use contracts::{CommentId, PostId, Subject, UserId};
use engagement::StoredReaction;
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};

/// Who reacted to a post and how, the latest to come first.
///
/// Reads what is shown and one more, the post, following when that decides, and profiles that are not kept.
#[utoipa::path(get, path = "/api/posts/{postId}/reactions", tag = "reactions", params(PageQuery),
    responses((status = 200, body = Page<Reaction>)), security((), ("bearer" = [])))]
pub(crate) async fn list_post_reactions(
    viewer: Viewer,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Reaction>>> {
    list(&posts, Subject::Post(post_id), viewer.user_id(), &page).await
}

/// Who reacted to a comment and how, the latest to come first.
///
/// Reads as for a post, and the comment.
#[utoipa::path(get, path = "/api/comments/{commentId}/reactions", tag = "reactions", params(PageQuery),
    responses((status = 200, body = Page<Reaction>)), security((), ("bearer" = [])))]
pub(crate) async fn list_comment_reactions(
    viewer: Viewer,
    Path(comment_id): Path<CommentId>,
    State(posts): State<Posts>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Reaction>>> {
    list(&posts, Subject::Comment(comment_id), viewer.user_id(), &page).await
}

async fn list(
    posts: &Posts,
    subject: Subject,
    viewer: Option<UserId>,
    query: &PageQuery,
) -> Result<Json<Page<Reaction>>> {
    let scope = format!("reactions:{subject}");
    let after = query.after(&posts.context, &scope)?;
    let want = query.limit()? + 1;
    let found = posts.engagement.reactions(subject, viewer, after, want).await?;
    let page = query.page(&posts.context, &scope, found, |reaction| {
        (reaction.created_at, reaction.user_id)
    })?;
    let reactions: Vec<&StoredReaction> = page.items.iter().map(std::ops::Deref::deref).collect();
    Ok(Json(Page {
        items: posts.engagement.reaction_views(&reactions).await?,
        next_cursor: page.next_cursor,
    }))
}
