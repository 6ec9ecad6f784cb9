//! `GET /api/profiles/suggestions`

use crate::state::Profiles;
use axum::extract::State;
use contracts::resources::{Page, ProfileSummary};
use runtime::{Caller, Json, PageQuery, Query, Result};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuggestionsQuery {
    /// How many items, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
}

/// People whom the caller may want to follow: whom most of those they follow follow.
///
/// A ranking, not a list that goes on: one page. Whom the caller follows, asked, blocks or muted is not in it. No read when it is in Redis, else at most
/// 315, whoever follows whom.
#[utoipa::path(get, path = "/api/profiles/suggestions", tag = "profiles", params(SuggestionsQuery),
    responses((status = 200, body = Page<ProfileSummary>)), security(("bearer" = [])))]
pub(crate) async fn list_suggestions(
    caller: Caller,
    Query(query): Query<SuggestionsQuery>,
    State(profiles): State<Profiles>,
) -> Result<Json<Page<ProfileSummary>>> {
    let limit = PageQuery::new(query.limit, None).limit()?;
    Ok(Json(Page {
        items: profiles.suggested(caller.user_id, limit).await?,
        next_cursor: None,
    }))
}
