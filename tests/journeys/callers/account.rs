//! `auth`: what people do with their accounts beside signing in.

use super::row::{Row, SIGNED_IN, row, signed_in, with};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let code = json!({ "otp": "000000" });
    let rows = vec![
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
