//! What handlers answer with.

mod created;
mod tagged;

pub use created::Created;
pub use tagged::{Json, NoContent, Tagged};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloud::StoredAnswer;

/// A kept answer, given again.
pub(crate) fn replay(stored: StoredAnswer) -> Response {
    let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
    let mut response = (status, Body::from(stored.body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    for kept in stored.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(kept.name), HeaderValue::try_from(kept.value)) {
            headers.insert(name, value);
        }
    }
    response
}

/// `body` as JSON; a body that does not become JSON is a failure.
fn json<T: serde::Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (
            status,
            [(header::CONTENT_TYPE, "application/json")],
            Body::from(bytes),
        )
            .into_response(),
        Err(error) => crate::Error::failed(error).into_response(),
    }
}
