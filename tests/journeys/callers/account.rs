//! `auth`: what people do with their accounts beside signing in.

use super::row::{Row, SIGNED_IN, all, row, signed_in, with};
use serde_json::json;
use testkit::PASSWORD;

pub(super) fn rows() -> Vec<Row> {
    let code = json!({ "otp": "000000" });
    let password = json!({ "password": PASSWORD });
    let proof = json!({ "idToken": "a.b.c" });
    let rows = vec![
        // nothing is configured
        with("POST /api/auth/oauth/{provider}", proof, all(404)),
        with(
            "POST /api/auth/account/deactivate",
            password.clone(),
            signed_in(204),
        ),
        with("POST /api/auth/account/delete", password, signed_in(202)),
        row("GET /api/auth/account/erasures/{erasureId}", all(404)),
        row("POST /api/auth/export", signed_in(201)),
        row("GET /api/auth/export/{exportId}", signed_in(404)),
        row("GET /api/auth/verify", SIGNED_IN),
        row("POST /api/auth/mfa/totp", SIGNED_IN),
        with("POST /api/auth/mfa/totp/confirm", code.clone(), signed_in(409)),
        with("DELETE /api/auth/mfa/totp", code, signed_in(204)),
    ];
    let registered = |row| Row {
        registered: true,
        ..row
    };
    rows.into_iter().map(registered).collect()
}
