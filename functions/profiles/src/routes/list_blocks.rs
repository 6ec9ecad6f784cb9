//! `GET /api/profiles/me/blocks`

use crate::listing::List;
use crate::state::Profiles;
use axum::extract::State;
use contracts::resources::{Page, ProfileSummary};
use runtime::{Caller, Json, PageQuery, Query, Result};

/// Whom the caller blocks, newest first.
///
/// Reads what is shown and one more, and of profiles and of how people stand what is not in Redis.
#[utoipa::path(get, path = "/api/profiles/me/blocks", tag = "profiles", params(PageQuery),
    responses((status = 200, body = Page<ProfileSummary>)), security(("bearer" = [])))]
pub(crate) async fn list_blocks(
    caller: Caller,
    Query(page): Query<PageQuery>,
    State(profiles): State<Profiles>,
) -> Result<Json<Page<ProfileSummary>>> {
    let me = caller.user_id;
    Ok(Json(profiles.people(List::Blocks, me, Some(me), &page).await?))
}
