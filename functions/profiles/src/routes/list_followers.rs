//! `GET /api/profiles/{userId}/followers`

use crate::listing::List;
use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use contracts::resources::{Page, ProfileSummary};
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};

/// Who follows somebody, newest first.
#[utoipa::path(get, path = "/api/profiles/{userId}/followers", tag = "profiles", params(PageQuery),
    responses((status = 200, body = Page<ProfileSummary>)), security((), ("bearer" = [])))]
pub(crate) async fn list_followers(
    viewer: Viewer,
    Path(user_id): Path<UserId>,
    Query(page): Query<PageQuery>,
    State(profiles): State<Profiles>,
) -> Result<Json<Page<ProfileSummary>>> {
    Ok(Json(
        profiles
            .people(List::Followers, user_id, viewer.user_id(), &page)
            .await?,
    ))
}
