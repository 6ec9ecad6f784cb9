//! `GET /api/tags/trending`

use crate::state::Posts;
use axum::extract::State;
use contracts::resources::{Page, TrendingTag};
use runtime::{Json, PageQuery, Query, Result};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrendingQuery {
    /// How many tags, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
}

/// The hashtags that are used most now.
///
/// Of the last day, and of the last hours more than of those before: a post weighs half after six hours. Only public posts of public accounts count. The
/// list has one page.
///
/// Reads nothing; at most 800 documents when Redis lost its numbers.
#[utoipa::path(get, path = "/api/tags/trending", tag = "posts", params(TrendingQuery),
    responses((status = 200, body = Page<TrendingTag>)))]
pub(crate) async fn list_trending_tags(
    State(posts): State<Posts>,
    Query(query): Query<TrendingQuery>,
) -> Result<Json<Page<TrendingTag>>> {
    let limit = PageQuery::new(query.limit, None).limit()?;
    Ok(Json(Page {
        items: posts.trending(limit).await?,
        next_cursor: None,
    }))
}
