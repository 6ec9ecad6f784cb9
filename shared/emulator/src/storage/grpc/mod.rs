//! `google.storage.v2.Storage`: the control plane that client libraries use beside the JSON API. The bytes go through the JSON and XML APIs.

mod buckets;
mod convert;
mod copies;
mod objects;

use super::Storage;
use super::failure::Failure;
use crate::grpc::{method, unary, unary_now, unimplemented};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;

const SERVICE: &str = "google.storage.v2.Storage";

pub(super) fn router(storage: Storage) -> Router {
    Router::new()
        .route("/google.storage.v2.Storage/{method}", post(serve))
        .with_state(storage)
}

async fn serve(State(storage): State<Storage>, request: Request) -> Response {
    let storage = &storage;
    match method(&request).as_str() {
        "GetObject" => unary_now(request, |asked| status(storage.grpc_get(&asked))).await,
        "ListObjects" => unary_now(request, |asked| status(storage.grpc_list(asked))).await,
        "UpdateObject" => unary_now(request, |asked| status(storage.grpc_update(asked))).await,
        "DeleteObject" => unary_now(request, |asked| status(storage.grpc_delete(&asked))).await,
        "MoveObject" => unary_now(request, |asked| status(storage.grpc_move(&asked))).await,
        "RewriteObject" => unary_now(request, |asked| status(storage.grpc_rewrite(asked))).await,
        "ComposeObject" => {
            let work = |asked| {
                let storage = storage.clone();
                async move { status(storage.grpc_compose(asked).await) }
            };
            unary(request, work).await
        }
        "GetBucket" => unary_now(request, |asked| status(storage.grpc_get_bucket(&asked))).await,
        "CreateBucket" => unary_now(request, |asked| status(storage.grpc_create_bucket(asked))).await,
        "UpdateBucket" => unary_now(request, |asked| status(storage.grpc_update_bucket(asked))).await,
        "DeleteBucket" => unary_now(request, |asked| status(storage.grpc_delete_bucket(&asked))).await,
        "ListBuckets" => unary_now(request, |asked| status(storage.grpc_list_buckets(&asked))).await,
        other => unimplemented(SERVICE, other),
    }
}

fn status<T>(answer: Result<T, Failure>) -> Result<T, tonic::Status> {
    answer.map_err(|failure| failure.grpc())
}

/// The bucket's own name out of `projects/_/buckets/NAME`.
fn own_name(name: &str) -> Result<&str, Failure> {
    let wrong = || Failure::invalid(format!("Invalid bucket name: {name}"));
    name.strip_prefix("projects/_/buckets/").ok_or_else(wrong)
}

fn refuse(set: bool, what: &str) -> Result<(), Failure> {
    if set {
        Err(Failure::not_implemented(what))
    } else {
        Ok(())
    }
}

/// Generation 0 is whichever is live.
fn live(generation: i64) -> Option<i64> {
    Some(generation).filter(|generation| *generation != 0)
}
