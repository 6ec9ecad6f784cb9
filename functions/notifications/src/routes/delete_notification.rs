//! `DELETE /api/notifications/{notificationId}`

use crate::model::Group;
use crate::state::Notifications;
use crate::store;
use axum::extract::State;
use contracts::{NotificationId, Refusal};
use runtime::{Caller, IfMatch, NoContent, Path, Result};

/// Take an entry out of the inbox.
///
/// Should something be added to it within its hour, it comes back. Doing it again is no error; somebody else's entry is 404.
#[utoipa::path(delete, path = "/api/notifications/{notificationId}", tag = "notifications",
    responses((status = 204), (status = 412)), security(("bearer" = [])))]
pub(crate) async fn delete_notification(
    caller: Caller,
    Path(notification_id): Path<NotificationId>,
    if_match: IfMatch,
    State(notifications): State<Notifications>,
) -> Result<NoContent> {
    let told = cloud::on_contention(|| async {
        let found = store::own_groups(notifications.documents(), &[notification_id], caller.user_id).await?;
        let group = found.first().ok_or(Refusal::NotFound)?;
        if group.listed {
            if_match.allows(group.version)?;
        }
        notifications
            .change(caller.user_id, &found, Group::dismissed)
            .await
    })
    .await?;
    if let Some(told) = told {
        notifications.unread_changed(caller.user_id, told).await?;
    }
    Ok(NoContent)
}
