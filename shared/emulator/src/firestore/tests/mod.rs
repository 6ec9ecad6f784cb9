//! Firestore as a client sees it, over a real connection.

mod bills;
mod commits;
mod contention;
mod control;
mod corners;
mod counted;
mod model;
mod past;
mod queries;
mod serial;
mod transactions;

use crate::{Emulator, Options};
use gcloud_sdk::google::firestore::v1::firestore_client::FirestoreClient;
use gcloud_sdk::google::firestore::v1::precondition::ConditionType;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{
    CommitRequest, CommitResponse, Document, GetDocumentRequest, MapValue, Precondition, Value, Write,
};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::transport::Channel;
use tonic::{Code, Status};

const DATABASE: &str = "projects/p/databases/(default)";

/// A served emulator, over a folder that goes with it.
struct Served {
    client: FirestoreClient<Channel>,
    emulator: Emulator,
    address: SocketAddr,
    folder: tempfile::TempDir,
    server: JoinHandle<std::io::Result<()>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Served {
    async fn start() -> Self {
        Self::over(tempfile::tempdir().unwrap()).await
    }

    async fn over(folder: tempfile::TempDir) -> Self {
        let emulator = Emulator::open(Options::new(folder.path())).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = emulator.clone();
        let server = tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });
        let client = FirestoreClient::connect(format!("http://{address}"))
            .await
            .unwrap();
        Self {
            client,
            emulator,
            address,
            folder,
            server,
        }
    }

    /// Another process over the same folder.
    async fn restart(mut self) -> Self {
        self.server.abort();
        assert!((&mut self.server).await.unwrap_err().is_cancelled());
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        drop(self);
        Self::over(folder).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<CommitResponse, Status> {
        self.commit_in(writes, Vec::new()).await
    }

    async fn commit_in(&self, writes: Vec<Write>, transaction: Vec<u8>) -> Result<CommitResponse, Status> {
        let request = CommitRequest {
            database: DATABASE.to_owned(),
            writes,
            transaction,
            ..CommitRequest::default()
        };
        self.client
            .clone()
            .commit(request)
            .await
            .map(tonic::Response::into_inner)
    }

    async fn get(&self, path: &str) -> Result<Document, Status> {
        let request = GetDocumentRequest {
            name: name(path),
            ..GetDocumentRequest::default()
        };
        self.client
            .clone()
            .get_document(request)
            .await
            .map(tonic::Response::into_inner)
    }
}

fn name(path: &str) -> String {
    format!("{DATABASE}/documents/{path}")
}

fn integer(value: i64) -> Value {
    Value {
        value_type: Some(ValueType::IntegerValue(value)),
    }
}

fn text(value: &str) -> Value {
    Value {
        value_type: Some(ValueType::StringValue(value.to_owned())),
    }
}

fn document(path: &str, fields: &[(&str, Value)]) -> Document {
    let fields = fields
        .iter()
        .map(|(field, value)| ((*field).to_owned(), value.clone()))
        .collect();
    Document {
        name: name(path),
        fields,
        ..Document::default()
    }
}

fn set(path: &str, fields: &[(&str, Value)]) -> Write {
    Write {
        operation: Some(Operation::Update(document(path, fields))),
        ..Write::default()
    }
}

fn delete(path: &str) -> Write {
    Write {
        operation: Some(Operation::Delete(name(path))),
        ..Write::default()
    }
}

fn when(write: Write, condition: ConditionType) -> Write {
    Write {
        current_document: Some(Precondition {
            condition_type: Some(condition),
        }),
        ..write
    }
}

fn map(fields: &[(&str, Value)]) -> Value {
    let fields = document("a/1", fields).fields;
    Value {
        value_type: Some(ValueType::MapValue(MapValue { fields })),
    }
}

fn code<T>(result: Result<T, Status>) -> Code {
    result.map_or_else(|status| status.code(), |_| Code::Ok)
}
