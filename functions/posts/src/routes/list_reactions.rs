//! `GET /api/posts/{postId}/reactions` and `GET /api/comments/{commentId}/reactions`

use crate::state::Posts;
use axum::extract::State;
use contracts::resources::{Page, Reaction, ReactionType};
use contracts::{CommentId, PostId, Subject, UserId};
use engagement::StoredReaction;
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReactionsQuery {
    /// Only those who reacted so.
    #[param(inline)]
    r#type: Option<ReactionType>,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

/// Who reacted to a post and how, the latest to come first.
///
/// People whom the caller blocks, or who block the caller, are left out. Reads what is shown and one more, what is left out, the post, how the caller stands
/// to these people, and profiles that are not kept.
#[utoipa::path(get, path = "/api/posts/{postId}/reactions", tag = "reactions", params(ReactionsQuery),
    responses((status = 200, body = Page<Reaction>)), security((), ("bearer" = [])))]
pub(crate) async fn list_post_reactions(
    viewer: Viewer,
    Path(post_id): Path<PostId>,
    State(posts): State<Posts>,
    Query(query): Query<ReactionsQuery>,
) -> Result<Json<Page<Reaction>>> {
    list(&posts, Subject::Post(post_id), viewer.user_id(), query).await
}

/// Who reacted to a comment and how, the latest to come first.
///
/// Reads as for a post, and the comment.
#[utoipa::path(get, path = "/api/comments/{commentId}/reactions", tag = "reactions", params(ReactionsQuery),
    responses((status = 200, body = Page<Reaction>)), security((), ("bearer" = [])))]
pub(crate) async fn list_comment_reactions(
    viewer: Viewer,
    Path(comment_id): Path<CommentId>,
    State(posts): State<Posts>,
    Query(query): Query<ReactionsQuery>,
) -> Result<Json<Page<Reaction>>> {
    list(&posts, Subject::Comment(comment_id), viewer.user_id(), query).await
}

async fn list(
    posts: &Posts,
    subject: Subject,
    viewer: Option<UserId>,
    query: ReactionsQuery,
) -> Result<Json<Page<Reaction>>> {
    let kind = query.r#type.map_or("any", ReactionType::as_str);
    let scope = format!("reactions:{subject}:{kind}");
    let page = PageQuery::new(query.limit, query.cursor);
    let after = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let found = posts
        .engagement
        .reactions(subject, query.r#type, viewer, after, want)
        .await?;
    let page = page.page(&posts.context, &scope, found, |reaction| {
        (reaction.created_at, reaction.user_id)
    })?;
    let reactions: Vec<&StoredReaction> = page.items.iter().map(std::ops::Deref::deref).collect();
    Ok(Json(Page {
        items: posts.engagement.reaction_views(&reactions).await?,
        next_cursor: page.next_cursor,
    }))
}
