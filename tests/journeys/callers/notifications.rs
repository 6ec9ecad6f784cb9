//! `notifications`: one's own inbox, and an entry of the owner's.

use super::row::{Row, SIGNED_IN, row, told, with};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let one = json!({ "notificationIds": ["{notificationId}"] });
    vec![
        row("GET /api/notifications", SIGNED_IN),
        row("GET /api/notifications/unread-count", SIGNED_IN),
        with("POST /api/notifications/mark-read", one, SIGNED_IN),
        row("POST /api/notifications/mark-all-read", SIGNED_IN),
        row(
            "DELETE /api/notifications/{notificationId}",
            told(401, 404, 404, 204),
        ),
    ]
}
