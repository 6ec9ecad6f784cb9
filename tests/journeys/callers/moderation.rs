//! Reports and moderation, in `posts`.

use super::row::{Row, Statuses, row, told, with};
use serde_json::json;

/// For moderators.
const fn moderated(status: u16) -> Statuses {
    let mut statuses = told(401, 403, 403, 403);
    statuses[8] = status;
    statuses
}

pub(super) fn rows() -> Vec<Row> {
    let report = json!({ "subject": "post", "id": "{postId}", "reason": "spam" });
    let decision = json!({ "action": "dismiss" });
    vec![
        with("POST /api/reports", report, told(401, 404, 201, 201)),
        row("GET /api/moderation/reports", moderated(200)),
        with(
            "POST /api/moderation/reports/{reportId}/resolve",
            decision,
            moderated(200),
        ),
    ]
}
