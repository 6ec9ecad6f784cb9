//! `POST /api/notifications/mark-all-read`

use crate::state::Notifications;
use axum::extract::State;
use contracts::resources::UnreadCount;
use runtime::{Caller, Json, NoBody, Result};

/// Mark every entry as read.
///
/// Answers how many entries are unread then: those that came meanwhile.
#[utoipa::path(post, path = "/api/notifications/mark-all-read", tag = "notifications",
    responses((status = 200, body = UnreadCount), (status = 400)), security(("bearer" = [])))]
pub(crate) async fn mark_all_read(
    caller: Caller,
    _: NoBody,
    State(notifications): State<Notifications>,
) -> Result<Json<UnreadCount>> {
    let unread_count = notifications.mark_all_read(caller.user_id).await?;
    Ok(Json(UnreadCount { unread_count }))
}
