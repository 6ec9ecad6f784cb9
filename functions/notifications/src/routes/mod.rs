//! What `notifications` answers.

mod delete_notification;
mod list_notifications;
mod mark_all_read;
mod mark_read;
mod show_unread_count;

use crate::state::Notifications;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of it.
pub(crate) fn all() -> OpenApiRouter<Notifications> {
    OpenApiRouter::new()
        .routes(routes!(list_notifications::list_notifications))
        .routes(routes!(show_unread_count::show_unread_count))
        .routes(routes!(mark_read::mark_read))
        .routes(routes!(mark_all_read::mark_all_read))
        .routes(routes!(delete_notification::delete_notification))
}
