//! What is logged of a request.

use axum::http::Method;
use axum::response::Response;
use cloud::operations::Operations;
use std::time::Duration;
use tracing::Span;

/// The span of a request: no query, no body, nothing of a person.
pub(crate) fn request_span(method: &Method, path: &str, id: &str) -> Span {
    tracing::info_span!("request", %method, path, request_id = id)
}

/// One line a request, at `debug` when all is well.
pub(crate) fn answered(response: &Response, took: Duration, operations: &Operations) {
    let status = response.status().as_u16();
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(status, took_ms, %operations, "answered");
    } else {
        tracing::debug!(status, took_ms, %operations, "answered");
    }
}
