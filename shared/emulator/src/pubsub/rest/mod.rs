//! Pub/Sub's REST form: topics, subscriptions, publish, pull, acknowledge (<https://cloud.google.com/pubsub/docs/reference/rest>).
#![expect(
    clippy::disallowed_types,
    reason = "the emulator depends on nothing of ours, the runtime's extractors included"
)]

mod body;
mod iam;
mod page;
mod snapshots;
mod subscriptions;
mod topics;
mod verbs;

use super::Inner;
use crate::rest::RestError;
use axum::Json;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::{any, get, put};
use serde_json::Value;
use std::sync::Arc;
use tonic::Status;

/// A request of ten megabytes of data is a third larger in base64, and has its attributes besides.
const BODY_LIMIT: usize = 20_000_000;

type Answer = Result<Json<Value>, RestError>;
type Service = State<Arc<Inner>>;
type Names = Path<(String, String)>;

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    let topic = put(topics::create)
        .get(topics::get)
        .patch(topics::patch)
        .delete(topics::delete)
        .post(topics::post);
    let subscription = put(subscriptions::create)
        .get(subscriptions::get)
        .patch(subscriptions::patch)
        .delete(subscriptions::delete)
        .post(verbs::post);
    let snapshot = put(snapshots::create)
        .get(snapshots::get)
        .patch(snapshots::patch)
        .delete(snapshots::delete)
        .post(snapshots::post);
    Router::new()
        .route("/v1/projects/{project}/topics", get(topics::list))
        .route("/v1/projects/{project}/topics/{topic}", topic)
        .route(
            "/v1/projects/{project}/topics/{topic}/subscriptions",
            get(topics::list_subscriptions),
        )
        .route("/v1/projects/{project}/subscriptions", get(subscriptions::list))
        .route(
            "/v1/projects/{project}/subscriptions/{subscription}",
            subscription,
        )
        .route(
            "/v1/projects/{project}/topics/{topic}/snapshots",
            get(topics::list_snapshots),
        )
        .route("/v1/projects/{project}/snapshots", get(snapshots::list))
        .route("/v1/projects/{project}/snapshots/{snapshot}", snapshot)
        .route(
            "/v1/projects/{project}/schemas",
            any(|| std::future::ready(refuse("schemas"))),
        )
        .route(
            "/v1/projects/{project}/schemas/{schema}",
            any(|| std::future::ready(refuse("schemas"))),
        )
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(inner)
}

fn refuse(what: &str) -> RestError {
    RestError(Status::unimplemented(format!("the emulator has no {what}")))
}
