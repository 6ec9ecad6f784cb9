//! `GET /api/profiles/{userId}/followers`

use crate::listing::List;
use crate::state::Profiles;
use axum::extract::State;
use contracts::UserId;
use contracts::resources::{Page, ProfileSummary};
use runtime::{Json, PageQuery, Path, Query, Result, Viewer};

/// Who follows somebody, newest first.
///
/// The lists of a private account are for its followers: 404 for others.
/// Reads what is shown and one more, and of profiles and of how people stand what is not in Redis.
#[utoipa::path(get, path = "/api/profiles/{userId}/followers", tag = "profiles", params(PageQuery),
    responses((status = 200, body = Page<ProfileSummary>), (status = 404)), security((), ("bearer" = [])))]
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
