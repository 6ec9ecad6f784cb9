//! IAM Credentials (<https://cloud.google.com/iam/docs/reference/credentials/rest>): `signBlob`, with the emulator's own key whoever the
//! account is. And of IAM itself the keys of service accounts, for clients that sign on their own.

#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

mod keys;
#[cfg(test)]
mod tests;

use crate::core::Core;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{StatusCode, Uri, header};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) use keys::Accounts;

/// `POST /v1/projects/-/serviceAccounts/{email}:signBlob`, and `.../{email}/keys`.
pub(crate) fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/v1/projects/{project}/serviceAccounts/{call}", post(call))
        .route(
            "/v1/projects/{project}/serviceAccounts/{account}/keys",
            get(list_keys).post(create_key),
        )
        .route(
            "/v1/projects/{project}/serviceAccounts/{account}/keys/{id}",
            get(get_key).delete(delete_key),
        )
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

/// The project of an account, when the path leaves it open (`-`).
fn project_of<'a>(project: &'a str, account: &'a str) -> &'a str {
    let own = account.split_once('@').map(|(_, domain)| domain);
    match own.and_then(|domain| domain.strip_suffix(".iam.gserviceaccount.com")) {
        Some(own) if project == "-" => own,
        _ => project,
    }
}

async fn create_key(
    State(core): State<Arc<Core>>,
    Path((project, account)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str, usual: &'static str| {
        asked
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or(usual)
            .to_owned()
    };
    let (kind, algorithm) = (
        text("privateKeyType", "TYPE_GOOGLE_CREDENTIALS_FILE"),
        text("keyAlgorithm", "KEY_ALG_RSA_2048"),
    );
    if kind != "TYPE_GOOGLE_CREDENTIALS_FILE" || algorithm != "KEY_ALG_RSA_2048" {
        let message = "of keys the emulator makes TYPE_GOOGLE_CREDENTIALS_FILE with KEY_ALG_RSA_2048 only";
        return refused(StatusCode::NOT_IMPLEMENTED, "UNIMPLEMENTED", message);
    }
    let project = project_of(&project, &account);
    match core
        .accounts
        .create(&core.db, project, &account, core.clock.now_micros())
    {
        Ok(key) => answer(StatusCode::OK, &key),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", &error.to_string()),
    }
}

async fn list_keys(
    State(core): State<Arc<Core>>,
    Path((project, account)): Path<(String, String)>,
) -> Response {
    let keys = core.accounts.list(project_of(&project, &account), &account);
    answer(StatusCode::OK, &json!({"keys": keys}))
}

async fn get_key(
    State(core): State<Arc<Core>>,
    Path((project, account, id)): Path<(String, String, String)>,
) -> Response {
    match core.accounts.get(project_of(&project, &account), &account, &id) {
        Some(key) => answer(StatusCode::OK, &key),
        None => no_key(&id),
    }
}

async fn delete_key(
    State(core): State<Arc<Core>>,
    Path((_, account, id)): Path<(String, String, String)>,
) -> Response {
    match core.accounts.delete(&core.db, &account, &id) {
        Ok(true) => answer(StatusCode::OK, &json!({})),
        Ok(false) => no_key(&id),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", &error.to_string()),
    }
}

fn no_key(id: &str) -> Response {
    refused(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        &format!("Service account key {id} does not exist."),
    )
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
