//! `google.firestore.v1.Firestore` over gRPC.

mod lists;
mod queries;
mod reads;
mod refuse;
mod writes;

use super::engine::Engine;
use super::name::{Database, database_of};
use crate::grpc;
use axum::extract::{Request, State};
use axum::response::Response;
use gcloud_sdk::google::firestore::v1::Document;
use std::sync::Arc;
use tonic::Status;

/// The most bytes of one request (10 MiB).
const LARGEST_REQUEST: usize = 10 * 1024 * 1024;

/// `POST /google.firestore.v1.Firestore/{method}`.
pub(crate) async fn call(State(engine): State<Arc<Engine>>, request: Request) -> Response {
    let method = grpc::method(&request);
    let calls = Calls { engine };
    match method.as_str() {
        "GetDocument" => grpc::unary_now(request, move |q| calls.get_document(&q)).await,
        "BatchGetDocuments" => grpc::server_stream_now(request, move |q| calls.batch_get_documents(&q)).await,
        "ListDocuments" => grpc::unary_now(request, move |q| calls.list_documents(&q)).await,
        "ListCollectionIds" => grpc::unary_now(request, move |q| calls.list_collection_ids(&q)).await,
        "RunQuery" => grpc::server_stream_now(request, move |q| calls.run_query(&q)).await,
        "RunAggregationQuery" => {
            grpc::server_stream_now(request, move |q| calls.run_aggregation_query(&q)).await
        }
        "BeginTransaction" => grpc::unary_now(request, move |q| calls.begin_transaction(&q)).await,
        "Commit" => grpc::unary_now(request, move |q| calls.commit(&q)).await,
        "Rollback" => grpc::unary_now(request, move |q| calls.rollback(&q)).await,
        "BatchWrite" => grpc::unary_now(request, move |q| calls.batch_write(&q)).await,
        "CreateDocument" => grpc::unary_now(request, move |q| calls.create_document(&q)).await,
        "UpdateDocument" => grpc::unary_now(request, move |q| calls.update_document(&q)).await,
        "DeleteDocument" => grpc::unary_now(request, move |q| calls.delete_document(&q)).await,
        other => grpc::unimplemented("google.firestore.v1.Firestore", other),
    }
}

/// The methods.
struct Calls {
    engine: Arc<Engine>,
}

/// The database of a request that names both a database and documents in it.
fn database_with(database: &str, names: &[String]) -> Result<Database, Status> {
    let database = Database::parse(database)?;
    for name in names {
        if database_of(name)? != database {
            return Err(Status::invalid_argument(format!(
                "Document \"{name}\" is not in the database of the request."
            )));
        }
    }
    Ok(database)
}

/// A document as an answer holds it.
fn owned(document: &Arc<Document>) -> Document {
    Document::clone(document)
}

/// What a large request is refused with.
fn check_size(request: &impl prost::Message) -> Result<(), Status> {
    let size = request.encoded_len();
    if size > LARGEST_REQUEST {
        let text = format!("Request payload size exceeds the limit: {LARGEST_REQUEST} bytes.");
        return Err(Status::invalid_argument(text));
    }
    Ok(())
}
