//! IAM Credentials (<https://cloud.google.com/iam/docs/reference/credentials/rest>): `signBlob`, with the emulator's own key whoever the
//! account is.

use crate::core::Core;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{StatusCode, Uri, header};
use serde_json::{Value, json};
use std::sync::Arc;

/// `POST /v1/projects/-/serviceAccounts/{email}:signBlob`.
pub(crate) fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/v1/projects/{project}/serviceAccounts/{call}", post(call))
        .with_state(core)
}

async fn call(State(core): State<Arc<Core>>, uri: Uri, body: Bytes) -> Response {
    match uri.path().rsplit_once(':') {
        Some((_, "signBlob")) => sign_blob(&core, &body),
        _ => refused(
            StatusCode::NOT_IMPLEMENTED,
            "UNIMPLEMENTED",
            "of IAM Credentials the emulator has only signBlob",
        ),
    }
}

fn sign_blob(core: &Core, body: &[u8]) -> Response {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let payload = request
        .get("payload")
        .and_then(Value::as_str)
        .and_then(|text| BASE64_STANDARD.decode(text).ok());
    let Some(payload) = payload else {
        return refused(
            StatusCode::BAD_REQUEST,
            "INVALID_ARGUMENT",
            "payload must be base64",
        );
    };
    match core.issuer.sign_rsa_sha256(&payload) {
        Ok(signature) => answer(
            StatusCode::OK,
            &json!({"keyId": core.issuer.key_id(), "signedBlob": BASE64_STANDARD.encode(signature)}),
        ),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", &error.to_string()),
    }
}

fn refused(status: StatusCode, name: &str, message: &str) -> Response {
    answer(
        status,
        &json!({"error": {"code": status.as_u16(), "message": message, "status": name}}),
    )
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json; charset=UTF-8")],
        body.to_string(),
    )
        .into_response()
}
