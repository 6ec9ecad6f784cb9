//! `GET /api/notifications/unread-count`

use crate::state::Notifications;
use axum::extract::State;
use contracts::resources::UnreadCount;
use runtime::{Caller, Json, Result};

/// How many entries are unread.
///
/// Entries, not events: those of one kind about one thing within an hour are one. Kept in Redis; one count when it is not there.
#[utoipa::path(get, path = "/api/notifications/unread-count", tag = "notifications",
    responses((status = 200, body = UnreadCount)), security(("bearer" = [])))]
pub(crate) async fn show_unread_count(
    caller: Caller,
    State(notifications): State<Notifications>,
) -> Result<Json<UnreadCount>> {
    let unread_count = notifications.unread(caller.user_id).await?;
    Ok(Json(UnreadCount { unread_count }))
}
