//! What stands before every API: it fails or delays the calls that faults mean.

use super::call::{Call, decoded};
use super::fault::Service;
use super::peek;
use crate::core::Core;
use crate::grpc;
use crate::rest::RestError;
use crate::storage::{self, Storage};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use std::sync::Arc;
use tonic::Status;

/// Puts itself before routers.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    core: Arc<Core>,
    /// Knows the projects of buckets, whose names do not say them.
    storage: Storage,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Grpc,
    Json,
    StorageJson,
    StorageXml,
}

impl Layer {
    pub(crate) fn new(core: Arc<Core>, storage: Storage) -> Self {
        Self { core, storage }
    }

    /// `router` behind the faults.
    pub(crate) fn over(self, router: Router) -> Router {
        router.layer(from_fn_with_state(self, serve))
    }
}

async fn serve(State(layer): State<Layer>, request: Request, next: Next) -> Response {
    let core = &layer.core;
    if core.faults.is_empty() {
        return next.run(request).await;
    }
    let (call, dialect, request) = layer.call(request).await;
    let Some(call) = call else {
        return next.run(request).await;
    };
    let before = core.faults.before(&call, core.clock.now_micros());
    if before.delay_millis > 0 {
        let delay = i64::try_from(before.delay_millis.saturating_mul(1000)).unwrap_or(i64::MAX);
        let until = core.clock.now_micros().saturating_add(delay);
        core.clock.sleep_until(Some(until)).await;
    }
    if let Some(status) = before.refused {
        return refused(&status, dialect);
    }
    let answer = next.run(request).await;
    let done = answer.status().is_success()
        && answer
            .headers()
            .get("grpc-status")
            .is_none_or(|status| status == "0");
    let lost = done.then(|| core.faults.after(&call, core.clock.now_micros()));
    lost.flatten().map_or(answer, |status| refused(&status, dialect))
}

impl Layer {
    /// What the request calls, how it wants to be answered, and the request as it was.
    async fn call(&self, request: Request) -> (Option<Call>, Dialect, Request) {
        let (head, body) = request.into_parts();
        let is_grpc = head
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
        if !is_grpc {
            let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
            let call = Call::of_rest(&head.method, path, query);
            let dialect = dialect(call.as_ref(), path);
            return (self.of_project(call), dialect, Request::from_parts(head, body));
        }
        let Some(mut call) = Call::of_grpc(head.uri.path()) else {
            return (None, Dialect::Grpc, Request::from_parts(head, body));
        };
        let (name, body) = peek::name(body).await;
        call.resource = name.or_else(|| announced(&head.headers)).unwrap_or_default();
        (
            self.of_project(Some(call)),
            Dialect::Grpc,
            Request::from_parts(head, body),
        )
    }

    fn of_project(&self, call: Option<Call>) -> Option<Call> {
        let mut call = call?;
        call.project = call.bucket().and_then(|bucket| self.storage.project_of(bucket));
        Some(call)
    }
}

/// The name that clients announce in a header, for messages that are compressed (<https://google.aip.dev/client-libraries/4222>).
fn announced(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("x-goog-request-params")?.to_str().ok()?;
    let pairs = text.split('&').filter_map(|pair| Some(pair.split_once('=')?.1));
    pairs.map(decoded).find(|value| value.starts_with("projects/"))
}

fn dialect(call: Option<&Call>, path: &str) -> Dialect {
    if call.is_none_or(|call| call.service != Service::Storage) {
        return Dialect::Json;
    }
    let json = [
        "/storage/v1/",
        "/upload/storage/",
        "/download/storage/",
        "/b/",
        "/batch/",
    ];
    let is_json = path == "/b" || json.iter().any(|prefix| path.starts_with(prefix));
    if is_json {
        Dialect::StorageJson
    } else {
        Dialect::StorageXml
    }
}

fn refused(status: &Status, dialect: Dialect) -> Response {
    match dialect {
        Dialect::Grpc => grpc::refused(status),
        Dialect::Json => RestError(status.clone()).into_response(),
        Dialect::StorageJson => storage::refused(status, false),
        Dialect::StorageXml => storage::refused(status, true),
    }
}
