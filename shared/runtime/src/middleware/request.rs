//! A request from its arrival to its answer: id, trace, rate limit, time limit, claims, costs, one line in the log.

use crate::error::{locate, plain, refused};
use crate::extract::{Claims, is_form};
use crate::limits::admit;
use crate::{Context, telemetry};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use cloud::operations::{Operations, counted};
use cloud::trace::TraceContext;
use contracts::Refusal;
use std::any::Any;
use std::time::Instant;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const OPERATIONS: HeaderName = HeaderName::from_static("kith-operations");

/// Attends a request.
pub(crate) async fn attend(State(context): State<Context>, mut request: Request, next: Next) -> Response {
    let trace = trace_of(request.headers());
    let id = request_id(request.headers());
    let claims = Claims::default();
    request.extensions_mut().insert(context.clone());
    request.extensions_mut().insert(claims.clone());
    let path = request.uri().path().to_owned();
    // the query is not logged: it may hold an access token
    let span = telemetry::request_span(request.method(), &path, &id);
    let answer = async {
        let began = Instant::now();
        let (request, admission) = admit(&context, request).await;
        let work = async {
            match admission.refusal() {
                Some(refusal) => refusal,
                None => answer(&context, claims, request, next).await,
            }
        };
        let (response, operations) = counted(work).await;
        telemetry::answered(&response, began.elapsed(), &operations);
        admission.told(finish(&context, response, &operations))
    };
    let mut response = trace.scope(answer.instrument(span)).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    locate(response, &path)
}

async fn answer(context: &Context, claims: Claims, request: Request, next: Next) -> Response {
    let settings = context.settings();
    let limit = if is_form(request.headers()) {
        settings.form_timeout
    } else {
        settings.request_timeout
    };
    // what the cloud layer does for the request knows its end, and says what was too slow; what is cut off there knows that it is late
    let response = cloud::within(limit, async {
        tokio::time::timeout(limit, next.run(request)).await
    });
    let response = response.await;
    claims.release().await;
    response.unwrap_or_else(|_| {
        tracing::error!("no answer within the time limit");
        refused(&Refusal::Unavailable)
    })
}

fn finish(context: &Context, mut response: Response, operations: &Operations) -> Response {
    if context.settings().show_operations
        && let Ok(value) = HeaderValue::from_str(&operations.to_string())
    {
        response.headers_mut().insert(OPERATIONS, value);
    }
    response
}

/// The trace that the client, or Google's front end, says it is in; a new one otherwise.
fn trace_of(headers: &HeaderMap) -> TraceContext {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let parent = text("traceparent").and_then(|header| header.parse().ok());
    let google =
        || text("x-cloud-trace-context").and_then(|header| TraceContext::from_cloud_header(header).ok());
    parent
        .or_else(google)
        .map_or_else(TraceContext::random, TraceContext::child)
}

/// The client's id for the request when it is a decent one, a new one otherwise.
fn request_id(headers: &HeaderMap) -> String {
    let sent = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let decent = |id: &&str| {
        (1..=128).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    sent.filter(decent)
        .map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// A handler that panics fails one request.
#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("unknown"), "a handler panicked");
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "something went wrong",
    )
}
