//! Asking the services from inside the emulator what everybody may ask them. No fault strikes here.

use crate::core::Emulator;
use axum::body::{Body, to_bytes};
use http::{Method, Request, StatusCode};
use serde_json::Value;
use std::fmt::Write as _;
use tonic::Status;
use tower::ServiceExt as _;

/// One request to the services' own routes; nothing and JSON come back.
///
/// # Errors
/// The answer is no success, or no JSON.
pub(super) async fn ask(
    emulator: &Emulator,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, Status> {
    let failed = |error: &dyn std::fmt::Display| Status::internal(format!("{path}: {error}"));
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .map_err(|error| failed(&error))?;
    let answer = match emulator.services().oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    };
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), usize::MAX)
        .await
        .map_err(|error| failed(&error))?;
    match status {
        StatusCode::NOT_FOUND => Err(Status::not_found(path)),
        status if !status.is_success() => Err(failed(&String::from_utf8_lossy(&bytes))),
        _ if bytes.is_empty() => Ok(Value::Null),
        _ => serde_json::from_slice(&bytes).map_err(|error| failed(&error)),
    }
}

/// A list of an API, all its pages: what stands under `field` in the answers to `path`, which has a query already.
pub(super) async fn list(emulator: &Emulator, path: &str, field: &str) -> Result<Vec<Value>, Status> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let page = format!("{path}&pageToken={}", encoded(&token));
        let mut answer = ask(emulator, Method::GET, &page, None).await?;
        if let Value::Array(found) = answer[field].take() {
            all.extend(found);
        }
        match answer["nextPageToken"].as_str() {
            Some(next) if !next.is_empty() => next.clone_into(&mut token),
            _ => return Ok(all),
        }
    }
}

/// Text as a value in an address's query or a segment of its path.
pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
