//! `google.firestore.v1.Firestore` over gRPC.

mod consistency;
mod lists;
mod queries;
mod reads;
mod refuse;
mod writes;

use super::bill::Operations;
use super::engine::{Engine, Place};
use super::name::{Database, database_of};
use crate::grpc;
use axum::extract::{Request, State};
use axum::response::Response;
use gcloud_sdk::google::firestore::v1::Document;
use prost::Message;
use std::sync::{Arc, Mutex, PoisonError};
use tonic::Status;

/// The most bytes of one request (10 MiB).
const LARGEST_REQUEST: usize = 10 * 1024 * 1024;

/// `POST /google.firestore.v1.Firestore/{method}`.
pub(crate) async fn call(State(engine): State<Arc<Engine>>, request: Request) -> Response {
    let method = grpc::method(&request);
    let calls = Calls {
        place: Arc::new(Place::new(Arc::clone(&engine))),
        engine,
        begun: Arc::default(),
        spent: Arc::default(),
    };
    let mut response = match method.as_str() {
        "GetDocument" => unary(request, &calls, Calls::get_document).await,
        "BatchGetDocuments" => many(request, &calls, Calls::batch_get_documents).await,
        "ListDocuments" => unary(request, &calls, Calls::list_documents).await,
        "ListCollectionIds" => unary(request, &calls, Calls::list_collection_ids).await,
        "RunQuery" => many(request, &calls, Calls::run_query).await,
        "RunAggregationQuery" => many(request, &calls, Calls::run_aggregation_query).await,
        "BeginTransaction" => unary(request, &calls, Calls::begin_transaction).await,
        "Commit" => unary(request, &calls, Calls::commit).await,
        "Rollback" => unary(request, &calls, Calls::rollback).await,
        "BatchWrite" => unary(request, &calls, Calls::batch_write).await,
        "CreateDocument" => unary(request, &calls, Calls::create_document).await,
        "UpdateDocument" => unary(request, &calls, Calls::update_document).await,
        "DeleteDocument" => unary(request, &calls, Calls::delete_document).await,
        other => return grpc::unimplemented("google.firestore.v1.Firestore", other),
    };
    calls.spent().show(response.headers_mut());
    response
}

/// One message in, one out; the database's work is done where it keeps nobody waiting.
async fn unary<Q, R>(request: Request, calls: &Calls, work: fn(&Calls, &Q) -> Result<R, Status>) -> Response
where
    Q: Message + Default + 'static,
    R: Message + Default + 'static,
{
    grpc::unary(request, |message: Q| {
        let calls = calls.clone();
        aside(calls, message, work)
    })
    .await
}

/// One message in, many out, likewise.
async fn many<Q, R>(
    request: Request,
    calls: &Calls,
    work: fn(&Calls, &Q) -> Result<Vec<R>, Status>,
) -> Response
where
    Q: Message + Default + 'static,
    R: Message + Default + 'static,
{
    grpc::server_stream(request, |message: Q| {
        let calls = calls.clone();
        aside(calls, message, work)
    })
    .await
}

/// Runs `work` on a thread that may wait for the disk; again, as often as it had to wait for locks, once they may be free.
async fn aside<Q, T>(calls: Calls, message: Q, work: fn(&Calls, &Q) -> Result<T, Status>) -> Result<T, Status>
where
    Q: Send + Sync + 'static,
    T: Send + 'static,
{
    let message = Arc::new(message);
    loop {
        let mut changed = Box::pin(calls.engine.changed());
        changed.as_mut().enable();
        let (own, message) = (calls.clone(), Arc::clone(&message));
        let done = tokio::task::spawn_blocking(move || work(&own, &message)).await;
        let done = done.unwrap_or_else(|error| Err(Status::internal(format!("the emulator broke: {error}"))));
        if !calls.place.waited(changed).await {
            return done;
        }
    }
}

/// The methods, for one call.
#[derive(Debug, Clone)]
struct Calls {
    engine: Arc<Engine>,
    /// Where the call stands when it has to wait for locks.
    place: Arc<Place>,
    /// The transaction that the call has begun: when it is tried again, that one goes on.
    begun: Arc<Mutex<Vec<u8>>>,
    spent: Arc<Mutex<Operations>>,
}

impl Calls {
    /// Does a method's work, and bills what it answers to have cost.
    fn billed<T>(
        &self,
        database: &Database,
        method: &str,
        work: impl FnOnce() -> Result<(T, Operations), Status>,
    ) -> Result<T, Status> {
        let (answer, operations) = work()?;
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += operations;
        self.engine.bills().add(&database.project, method, operations);
        Ok(answer)
    }

    fn spent(&self) -> Operations {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
