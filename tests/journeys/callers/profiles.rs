//! `profiles`: seen by everybody but whom one blocks; the lists of a private account by its followers.

use super::row::{FOLLOWERS, OWNER, PUBLIC, Row, SIGNED_IN, Statuses, row, signed_in, unless_blocked, with};
use serde_json::json;

/// Everybody may, but about themself.
fn about_others(status: u16) -> Statuses {
    let mut statuses = signed_in(status);
    statuses[OWNER] = 422;
    statuses
}

pub(super) fn rows() -> Vec<Row> {
    let mut edit = signed_in(403);
    edit[OWNER] = 200;
    vec![
        row("GET /api/profiles/{userId}", PUBLIC),
        row("GET /api/profiles/by-username/{username}", PUBLIC),
        row("GET /api/profiles/me", SIGNED_IN),
        with(
            "POST /api/profiles/batch",
            json!({ "userIds": ["{userId}"] }),
            [200; 9],
        ),
        with(
            "PUT /api/profiles/{userId}",
            json!({ "displayName": "New" }),
            edit,
        ),
        row(
            "POST /api/profiles/{userId}/follow",
            unless_blocked(401, 200, 422),
        ),
        row(
            "DELETE /api/profiles/{userId}/follow",
            unless_blocked(401, 204, 422),
        ),
        row(
            "DELETE /api/profiles/{userId}/follower",
            unless_blocked(401, 204, 422),
        ),
        row("GET /api/profiles/{userId}/followers", FOLLOWERS),
        row("GET /api/profiles/{userId}/following", FOLLOWERS),
        row("GET /api/profiles/me/follow-requests", SIGNED_IN),
        row(
            "POST /api/profiles/me/follow-requests/{userId}/accept",
            signed_in(404),
        ),
        row(
            "POST /api/profiles/me/follow-requests/{userId}/reject",
            signed_in(404),
        ),
        row("POST /api/profiles/{userId}/block", about_others(200)),
        row("DELETE /api/profiles/{userId}/block", about_others(204)),
        row("GET /api/profiles/me/blocks", SIGNED_IN),
        row("POST /api/profiles/{userId}/mute", unless_blocked(401, 200, 422)),
        row(
            "DELETE /api/profiles/{userId}/mute",
            unless_blocked(401, 204, 422),
        ),
        row("GET /api/profiles/me/mutes", SIGNED_IN),
        row("GET /api/profiles/suggestions", SIGNED_IN),
    ]
}
