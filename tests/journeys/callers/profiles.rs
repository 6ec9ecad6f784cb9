//! `profiles`: seen by everybody but whom one blocks.

use super::row::{PUBLIC, Row, SIGNED_IN, row, signed_in, unless_blocked, with};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let mut edit = signed_in(403);
    edit[super::row::OWNER] = 200;
    vec![
        row("GET /api/profiles/{userId}", PUBLIC),
        row("GET /api/profiles/by-username/{username}", PUBLIC),
        row("GET /api/profiles/me", SIGNED_IN),
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
        row("GET /api/profiles/{userId}/followers", PUBLIC),
        row("GET /api/profiles/{userId}/following", PUBLIC),
    ]
}
