//! Bodies are read before the handler, within a limit; forms by it.

use crate::Context;
use crate::error::plain;
use crate::extract::{Buffered, Streamed, is_form};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// Pub/Sub pushes may be larger than what clients may send: a message of 10 MB grows by a third in base64.
const PUSH_LIMIT: usize = 14 * 1024 * 1024;

/// Reads the body into the request's extensions.
pub(crate) async fn buffer(State(context): State<Context>, mut request: Request, next: Next) -> Response {
    if is_form(request.headers()) {
        // its handler reads it, part by part
        let limit = context.settings().form_limit;
        request.extensions_mut().insert(Buffered(Bytes::new()));
        request.extensions_mut().insert(Streamed { limit });
        return next.run(request).await;
    }
    let limit = if request.uri().path().starts_with("/events/") {
        PUSH_LIMIT
    } else {
        context.settings().body_limit
    };
    let body = std::mem::replace(request.body_mut(), Body::empty());
    match collect(body, limit).await {
        Ok(bytes) => {
            request.extensions_mut().insert(Buffered(bytes));
            next.run(request).await
        }
        Err(refused) => refused,
    }
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Response> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            &format!("a body is at most {limit} bytes"),
        )),
        Err(_) => Err(plain(
            StatusCode::BAD_REQUEST,
            "malformed_body",
            "the body ended before it was whole",
        )),
    }
}
