//! `GET /api/notifications`

use crate::model::Group;
use crate::state::Notifications;
use crate::store::{self, Position};
use axum::extract::State;
use cloud::{Document, Stored};
use contracts::NotificationId;
use contracts::resources::{Notification, Page};
use runtime::{Caller, Json, PageQuery, Query, Result};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which part of the inbox.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboxQuery {
    /// How many entries, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>)]
    limit: Option<String>,
    /// What the last page's `nextCursor` was.
    cursor: Option<String>,
    /// Marks the entries of this page as read.
    #[serde(default)]
    #[param(default = false)]
    mark_read: bool,
}

/// The inbox, latest first.
///
/// Events of one kind about one thing within an hour are one entry. An entry to which something is added moves to the front; walking the list
/// shows every entry that stayed where it was exactly once. What only people did whom the owner blocks, or who block them, is left out. With `markRead` the entries are shown as they were, and are read from then on.
#[utoipa::path(get, path = "/api/notifications", tag = "notifications", params(InboxQuery),
    responses((status = 200, body = Page<Notification>)), security(("bearer" = [])))]
pub(crate) async fn list_notifications(
    caller: Caller,
    Query(query): Query<InboxQuery>,
    State(notifications): State<Notifications>,
) -> Result<Json<Page<Notification>>> {
    let page = PageQuery::new(query.limit, query.cursor);
    let scope = format!("notifications:{}", caller.user_id);
    let after = page.after(&notifications.context, &scope)?;
    let read = |after, limit| {
        let entries = store::inbox(caller.user_id, after, limit);
        notifications.documents().query(entries)
    };
    let heard = |entries| notifications.heard(caller.user_id, entries);
    let entries = access::filled(after, page.limit()? + 1, read, position, heard).await?;
    let entries = page.page(&notifications.context, &scope, entries, position)?;
    let items = notifications
        .view(entries.items.iter().map(|entry| &**entry))
        .await?;
    if query.mark_read {
        let unread = entries.items.iter().filter(|entry| entry.unread);
        let ids: Vec<NotificationId> = unread.map(|entry| entry.group_id).collect();
        notifications.mark_read(caller.user_id, &ids).await?;
    }
    Ok(Json(Page {
        items,
        next_cursor: entries.next_cursor,
    }))
}

fn position(entry: &Stored<Group>) -> Position {
    (entry.updated_at, entry.id())
}
