//! `GET /api/feed`

use crate::feed;
use crate::state::Posts;
use axum::extract::State;
use contracts::Refusal;
use contracts::resources::{Page, Post};
use runtime::{Json, PageQuery, Query, Result, Viewer};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which feed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Scope {
    /// One's own posts and those of followed people.
    #[default]
    Home,
    /// Everyone's public posts.
    Global,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedQuery {
    /// Which feed. `global` needs no token.
    #[serde(default)]
    #[param(inline, default = "home")]
    scope: Scope,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

/// The newest posts first.
///
/// Reads about twice the posts that are shown, the viewer's reactions to them, and whom they follow, numbers and profiles when they are not kept.
#[utoipa::path(get, path = "/api/feed", tag = "posts", params(FeedQuery),
    responses((status = 200, body = Page<Post>)), security((), ("bearer" = [])))]
pub(crate) async fn list_feed(
    viewer: Viewer,
    State(posts): State<Posts>,
    Query(query): Query<FeedQuery>,
) -> Result<Json<Page<Post>>> {
    let page = PageQuery::new(query.limit, query.cursor);
    let want = page.limit()? + 1;
    let (scope, sources) = match (query.scope, viewer.user_id()) {
        (Scope::Global, _) => ("feed:global".to_owned(), feed::everyone()),
        (Scope::Home, Some(viewer)) => {
            let followees = posts.access.followees(viewer).await?;
            (format!("feed:home:{viewer}"), feed::home(viewer, &followees))
        }
        (Scope::Home, None) => {
            let detail = "the home timeline needs an access token; ?scope=global needs none";
            return Err(Refusal::unauthenticated("missing_token", detail).into());
        }
    };
    let after = page.after(&posts.context, &scope)?;
    let found = posts.walk(&sources, after, want).await?;
    Ok(Json(posts.page(&page, &scope, found, viewer.user_id()).await?))
}
