//! `GET /api/feed`

use crate::feed::{Filter, List, Place};
use crate::state::Posts;
use axum::extract::State;
use contracts::Refusal;
use contracts::resources::{Page, Post};
use runtime::{Cursor, Json, PageQuery, Query, Result, Viewer};
use serde::Deserialize;
use std::ops::Deref;
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

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    /// The newest first.
    #[default]
    Chronological,
    /// What is worth most first, by age and by what others did with it; in windows of sixty posts, so that every post comes once.
    Ranked,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedQuery {
    /// Which feed. `global` needs no token.
    #[serde(default)]
    #[param(inline, default = "home")]
    scope: Scope,
    /// In which order.
    #[serde(default)]
    #[param(inline, default = "chronological")]
    order: Order,
    /// Only posts of these kinds, with commas between them: `text` (without media), `image`, `video`.
    #[param(example = "image,video")]
    r#type: Option<String>,
    /// Only posts from this time on.
    #[param(example = "2026-11-20T09:04:00.123Z")]
    since: Option<String>,
    /// Only posts with this hashtag.
    #[param(example = "dawn")]
    tag: Option<String>,
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
}

impl FeedQuery {
    /// # Errors
    /// 401 without a token, unless it is everyone's.
    fn list(&self, viewer: &Viewer) -> Result<List, Refusal> {
        match (self.scope, viewer.user_id()) {
            (Scope::Global, viewer) => Ok(List::Global(viewer)),
            (Scope::Home, Some(viewer)) => Ok(List::Home(viewer)),
            (Scope::Home, None) => {
                let detail = "the home timeline needs an access token; ?scope=global needs none";
                Err(Refusal::unauthenticated("missing_token", detail))
            }
        }
    }

    fn filter(&self) -> Result<Filter, Refusal> {
        let [kinds, since, tag] = [&self.r#type, &self.since, &self.tag].map(Option::as_deref);
        Filter::read(kinds, since, tag)
    }
}

/// The newest posts first, or what is worth most.
///
/// Left out is what the viewer may not see, and whom they muted. Home reads what is shown and one post more, through a timeline in Redis; without one, with
/// a kind or tag, and for everyone's posts, about twice what is shown. Then the viewer's reactions, and numbers and profiles when they are not kept.
#[utoipa::path(get, path = "/api/feed", tag = "posts", params(FeedQuery),
    responses((status = 200, body = Page<Post>)), security((), ("bearer" = [])))]
pub(crate) async fn list_feed(
    viewer: Viewer,
    State(posts): State<Posts>,
    Query(query): Query<FeedQuery>,
) -> Result<Json<Page<Post>>> {
    let (list, filter) = (query.list(&viewer)?, query.filter()?);
    let page = PageQuery::new(query.limit, query.cursor);
    let scope = format!("{}{}", list.scope(), filter.scope());
    if query.order == Order::Ranked {
        return ranked(&posts, &list, &filter, &page, &format!("ranked:{scope}")).await;
    }
    let ask = filter.ask(page.after(&posts.context, &scope)?, page.limit()? + 1);
    let found = posts.newest(&list, &filter, ask).await?;
    Ok(Json(posts.page(&page, &scope, found, viewer.user_id()).await?))
}

async fn ranked(
    posts: &Posts,
    list: &List,
    filter: &Filter,
    page: &PageQuery,
    scope: &str,
) -> Result<Json<Page<Post>>> {
    let place: Place = page.after(&posts.context, scope)?.unwrap_or_default();
    let (found, next) = posts.ranked(list, filter, place, page.limit()?).await?;
    let found: Vec<_> = found.iter().map(Deref::deref).collect();
    Ok(Json(Page {
        items: posts.views(&found, list.viewer()).await?,
        next_cursor: next.map(|place| Cursor::new(&posts.context, scope).write(&place)),
    }))
}
