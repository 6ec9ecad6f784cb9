//! `GET /api/users/{userId}/posts`

use crate::state::Posts;
use crate::store::Source;
use axum::extract::State;
use contracts::resources::{Page, Post};
use contracts::{Refusal, UserId};
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};

/// What somebody posted and the viewer may see, newest first.
///
/// Reads what is shown and one more, following, the viewer's reactions, and numbers and profiles when they are not kept.
#[utoipa::path(get, path = "/api/users/{userId}/posts", tag = "posts", params(PageQuery),
    responses((status = 200, body = Page<Post>)), security((), ("bearer" = [])))]
pub(crate) async fn list_user_posts(
    viewer: Viewer,
    Path(user_id): Path<UserId>,
    State(posts): State<Posts>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Post>>> {
    let viewer = viewer.user_id();
    let scope = viewer.map_or_else(
        || format!("posts:{user_id}"),
        |viewer| format!("posts:{user_id}:{viewer}"),
    );
    let after = page.after(&posts.context, &scope)?;
    let want = page.limit()? + 1;
    let standing = posts.access.standing(user_id, viewer).await?;
    if standing.absent() {
        return Err(Refusal::NotFound.into());
    }
    let reach = standing.reach();
    let sources: Vec<Source> = reach
        .map(|reach| Source::Author(user_id, reach))
        .into_iter()
        .collect();
    let found = posts.walk(&sources, after, want).await?;
    // whoever never posted may be nobody
    if found.is_empty() && !standing.is_author() && !posts.access.is_known(user_id).await? {
        return Err(Refusal::NotFound.into());
    }
    Ok(Json(posts.page(&page, &scope, found, viewer).await?))
}
