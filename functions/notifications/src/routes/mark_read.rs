//! `POST /api/notifications/mark-read`

use crate::state::Notifications;
use axum::extract::State;
use contracts::resources::UnreadCount;
use contracts::{Check, NotificationId};
use runtime::{Body, Caller, Json, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// Entries to mark.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReadEntries {
    /// 1 to 100 of them.
    #[schema(min_items = 1, max_items = 100)]
    notification_ids: Vec<NotificationId>,
}

/// Mark entries as read.
///
/// Ids that name nothing, or somebody else's entry, are ignored: an entry may have been deleted on another device, and whose it is stays unknown.
/// Doing it again is no error. Answers how many entries are unread then.
#[utoipa::path(post, path = "/api/notifications/mark-read", tag = "notifications", request_body = ReadEntries,
    responses((status = 200, body = UnreadCount)), security(("bearer" = [])))]
pub(crate) async fn mark_read(
    caller: Caller,
    State(notifications): State<Notifications>,
    Body(entries): Body<ReadEntries>,
) -> Result<Json<UnreadCount>> {
    let ids = entries.notification_ids;
    let mut check = Check::new();
    check.rule(
        (1..=100).contains(&ids.len()),
        "/notificationIds",
        "wrong_length",
        "1 to 100 ids",
    );
    check.done()?;
    let unread_count = notifications.mark_read(caller.user_id, &ids).await?;
    Ok(Json(UnreadCount { unread_count }))
}
