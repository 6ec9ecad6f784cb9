//! `auth`: about oneself, whoever one is.

use super::row::{ALL, Row, SIGNED_IN, all, row, signed_in, told, with};
use serde_json::json;
use testkit::PASSWORD;

pub(super) fn rows() -> Vec<Row> {
    let newcomer = json!({
        "email": "{newName}@example.com", "username": "{newName}", "password": PASSWORD, "displayName": "New",
    });
    let login = json!({ "identifier": "{username}", "password": PASSWORD });
    let wrong_code = json!({ "otp": "no code" });
    let forgotten = json!({ "email": "{username}@example.com" });
    let reset = json!({
        "email": "{username}@example.com", "otp": "no code", "newPassword": "another horse battery",
    });
    let changed = json!({ "currentPassword": PASSWORD, "newPassword": "another horse battery" });
    let renamed = json!({ "username": "{newName}" });
    let moved = json!({ "email": "{newName}@example.com", "password": PASSWORD });
    let rows = vec![
        row("GET /.well-known/jwks.json", ALL),
        row("GET /.well-known/openid-configuration", ALL),
        with("POST /api/auth/register", newcomer, all(201)),
        with("POST /api/auth/login", login, ALL),
        with(
            "POST /api/auth/refresh",
            json!({ "refreshToken": "nonsense" }),
            all(401),
        ),
        row("POST /api/auth/logout", signed_in(204)),
        row("GET /api/auth/me", SIGNED_IN),
        with("POST /api/auth/password/reset", reset, all(422)),
        with("POST /api/auth/password/change", changed, signed_in(204)),
        with("PUT /api/auth/username", renamed, signed_in(200)),
        row("POST /api/auth/logout-all", signed_in(204)),
        row("GET /api/auth/sessions", SIGNED_IN),
        row("DELETE /api/auth/sessions/{sessionId}", told(401, 404, 404, 204)),
        with("POST /api/auth/email/verify", wrong_code.clone(), signed_in(422)),
        with("POST /api/auth/email/change", moved, signed_in(202)),
        with("POST /api/auth/email/change/confirm", wrong_code, signed_in(422)),
        row("POST /api/auth/email/resend", signed_in(202)),
        with("POST /api/auth/password/forgot", forgotten, all(202)),
    ];
    let registered = |row| Row {
        registered: true,
        ..row
    };
    rows.into_iter().map(registered).collect()
}
