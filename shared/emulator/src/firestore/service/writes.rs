//! Commits, and the calls that are commits of one write.

use super::reads::masked;
use super::{Calls, check_size, consistency, refuse};
use crate::firestore::bill::Operations;
use crate::firestore::name::{Database, check_document, check_id, check_parent};
use gcloud_sdk::google::firestore::v1::precondition::ConditionType;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{
    BatchWriteRequest, BatchWriteResponse, BeginTransactionRequest, BeginTransactionResponse, CommitRequest,
    CommitResponse, CreateDocumentRequest, DeleteDocumentRequest, Document, DocumentMask, Precondition,
    RollbackRequest, UpdateDocumentRequest, Write,
};
use gcloud_sdk::google::rpc;
use std::collections::BTreeSet;
use tonic::Status;

impl Calls {
    pub(super) fn begin_transaction(
        &self,
        request: &BeginTransactionRequest,
    ) -> Result<BeginTransactionResponse, Status> {
        let database = Database::parse(&request.database)?;
        let kind = consistency::of_transaction(request.options.as_ref())?;
        self.billed(&database, "BeginTransaction", || {
            let transaction = self.engine.begin(&database, kind)?;
            Ok((BeginTransactionResponse { transaction }, Operations::default()))
        })
    }

    pub(super) fn rollback(&self, request: &RollbackRequest) -> Result<(), Status> {
        let database = Database::parse(&request.database)?;
        self.billed(&database, "Rollback", || {
            let ended = self.engine.rollback(&database, &request.transaction);
            ended.map(|()| ((), Operations::default()))
        })
    }

    pub(super) fn commit(&self, request: &CommitRequest) -> Result<CommitResponse, Status> {
        check_size(request)?;
        let database = Database::parse(&request.database)?;
        let transaction = Some(request.transaction.as_slice()).filter(|id| !id.is_empty());
        self.billed(&database, "Commit", || {
            let answer = self
                .engine
                .commit(&self.place, &database, &request.writes, transaction)?;
            Ok((answer, cost(&request.writes)))
        })
    }

    /// Each write for itself: some may be refused while others are made.
    pub(super) fn batch_write(&self, request: &BatchWriteRequest) -> Result<BatchWriteResponse, Status> {
        check_size(request)?;
        let database = Database::parse(&request.database)?;
        let root = database.root();
        let mut names = BTreeSet::new();
        for write in &request.writes {
            crate::firestore::write::check(write, &root)?;
            if !names.insert(crate::firestore::write::target(write)?) {
                return Err(Status::invalid_argument(
                    "A batch cannot write a document more than once.",
                ));
            }
        }
        self.billed(&database, "BatchWrite", || {
            let results = self.engine.write_each(&self.place, &database, &request.writes)?;
            let made = request.writes.iter().zip(&results);
            let operations = cost(made.filter(|(_, result)| result.is_ok()).map(|(write, _)| write));
            let status = results.iter().map(|result| status(result.as_ref().err()));
            let answer = BatchWriteResponse {
                status: status.collect(),
                write_results: results.into_iter().map(Result::unwrap_or_default).collect(),
            };
            Ok((answer, operations))
        })
    }

    pub(super) fn create_document(&self, request: &CreateDocumentRequest) -> Result<Document, Status> {
        check_size(request)?;
        let database = check_parent(&request.parent)?;
        check_id(&request.collection_id)?;
        let id = if request.document_id.is_empty() {
            fresh_id()
        } else {
            request.document_id.clone()
        };
        let mut document = request.document.clone().unwrap_or_default();
        if !document.name.is_empty() {
            return Err(Status::invalid_argument(
                "Document name must not be set: parent and ids name it.",
            ));
        }
        document.name = format!("{}/{}/{id}", request.parent, request.collection_id);
        let absent = Precondition {
            condition_type: Some(ConditionType::Exists(false)),
        };
        let write = update(document, None, Some(absent));
        self.billed(&database, "CreateDocument", || {
            self.written(&database, &write, request.mask.as_ref())
        })
    }

    pub(super) fn update_document(&self, request: &UpdateDocumentRequest) -> Result<Document, Status> {
        check_size(request)?;
        let document = request.document.clone().unwrap_or_default();
        let database = check_document(&document.name)?;
        let write = update(document, request.update_mask.clone(), request.current_document);
        self.billed(&database, "UpdateDocument", || {
            self.written(&database, &write, request.mask.as_ref())
        })
    }

    pub(super) fn delete_document(&self, request: &DeleteDocumentRequest) -> Result<(), Status> {
        let database = check_document(&request.name)?;
        let write = Write {
            operation: Some(Operation::Delete(request.name.clone())),
            current_document: request.current_document,
            ..Write::default()
        };
        self.billed(&database, "DeleteDocument", || {
            self.engine
                .commit(&self.place, &database, std::slice::from_ref(&write), None)?;
            Ok(((), cost([&write])))
        })
    }

    /// Makes one write and answers its document as it was made.
    fn written(
        &self,
        database: &Database,
        write: &Write,
        mask: Option<&DocumentMask>,
    ) -> Result<(Document, Operations), Status> {
        let mask = refuse::mask(mask)?;
        let document = self.engine.write_one(&self.place, database, write)?;
        Ok((masked(&document, mask.as_deref()), cost([write])))
    }
}

fn update(
    document: Document,
    update_mask: Option<DocumentMask>,
    current_document: Option<Precondition>,
) -> Write {
    Write {
        operation: Some(Operation::Update(document)),
        update_mask,
        current_document,
        ..Write::default()
    }
}

/// Twenty letters and digits, as the clients make them.
fn fresh_id() -> String {
    uuid::Uuid::new_v4()
        .simple()
        .to_string()
        .chars()
        .take(20)
        .collect()
}

/// What writes cost that were made.
fn cost<'a>(writes: impl IntoIterator<Item = &'a Write>) -> Operations {
    let mut operations = Operations::default();
    for write in writes {
        match write.operation {
            Some(Operation::Delete(_)) => operations.deletes += 1,
            _ => operations.writes += 1,
        }
    }
    operations
}

fn status(error: Option<&Status>) -> rpc::Status {
    error.map_or_else(rpc::Status::default, |error| rpc::Status {
        code: error.code().into(),
        message: error.message().to_owned(),
        details: Vec::new(),
    })
}
