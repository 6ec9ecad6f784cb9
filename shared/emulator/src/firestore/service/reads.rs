//! Reading documents by their names.

use super::consistency::{self, Tie};
use super::{Calls, database_with, owned, refuse};
use crate::firestore::bill::Operations;
use crate::firestore::engine::Consistency;
use crate::firestore::name::{Database, check_document};
use crate::firestore::path::{FieldPath, project};
use crate::firestore::time::timestamp;
use gcloud_sdk::google::firestore::v1::batch_get_documents_response::Result as Answer;
use gcloud_sdk::google::firestore::v1::{
    BatchGetDocumentsRequest, BatchGetDocumentsResponse, Document, GetDocumentRequest,
};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use tonic::Status;

impl Calls {
    pub(super) fn get_document(&self, request: &GetDocumentRequest) -> Result<Document, Status> {
        let database = check_document(&request.name)?;
        let mask = refuse::mask(request.mask.as_ref())?;
        let consistency = consistency::of_get(request.consistency_selector.as_ref())?;
        self.billed(&database, "GetDocument", || {
            let names = std::slice::from_ref(&request.name);
            self.engine
                .hold_documents(&self.place, &database, names, consistency)?;
            let seen = self.engine.get(&database, names, consistency)?;
            let found = seen.what.into_iter().flatten().next();
            let found = found
                .ok_or_else(|| Status::not_found(format!("Document \"{}\" not found.", request.name)))?;
            Ok((masked(&found, mask.as_deref()), Operations::gets(1)))
        })
    }

    pub(super) fn batch_get_documents(
        &self,
        request: &BatchGetDocumentsRequest,
    ) -> Result<Vec<BatchGetDocumentsResponse>, Status> {
        request
            .documents
            .iter()
            .try_for_each(|name| check_document(name).map(drop))?;
        let database = database_with(&request.database, &request.documents)?;
        let mask = refuse::mask(request.mask.as_ref())?;
        let tie = Tie::of_batch(request.consistency_selector.as_ref())?;
        self.billed(&database, "BatchGetDocuments", || {
            self.batch_get(&database, request, tie, mask.as_deref())
        })
    }

    fn batch_get(
        &self,
        database: &Database,
        request: &BatchGetDocumentsRequest,
        tie: Tie<'_>,
        mask: Option<&[FieldPath]>,
    ) -> Result<(Vec<BatchGetDocumentsResponse>, Operations), Status> {
        let begun = self.begun(database, tie)?;
        let mut known = BTreeSet::new();
        let names: Vec<String> = request
            .documents
            .iter()
            .filter(|name| known.insert(*name))
            .cloned()
            .collect();
        let consistency = tied(tie, &begun);
        self.engine
            .hold_documents(&self.place, database, &names, consistency)?;
        let seen = self.engine.get(database, &names, consistency)?;
        let read_time = Some(timestamp(seen.at));
        let answer = |(name, found): (&String, Option<Arc<Document>>)| BatchGetDocumentsResponse {
            read_time,
            result: Some(found.map_or_else(
                || Answer::Missing(name.clone()),
                |found| Answer::Found(masked(&found, mask)),
            )),
            transaction: Vec::new(),
        };
        let answers = names.iter().zip(seen.what).map(answer);
        let first = BatchGetDocumentsResponse {
            transaction: begun.clone(),
            ..BatchGetDocumentsResponse::default()
        };
        let first = (!begun.is_empty()).then_some(first);
        let answers = first.into_iter().chain(answers).collect();
        Ok((answers, Operations::gets(names.len())))
    }
}

impl Calls {
    /// The id of the transaction that a read begins; empty when it begins none.
    pub(super) fn begun(&self, database: &Database, tie: Tie<'_>) -> Result<Vec<u8>, Status> {
        match tie {
            Tie::Read(_) => Ok(Vec::new()),
            Tie::New(options) => {
                let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
                if begun.is_empty() {
                    *begun = self
                        .engine
                        .begin(database, consistency::of_transaction(Some(options))?)?;
                }
                Ok(begun.clone())
            }
        }
    }
}

/// What a read is of, once its transaction has `begun`.
pub(super) fn tied<'a>(tie: Tie<'a>, begun: &'a [u8]) -> Consistency<'a> {
    match tie {
        Tie::Read(consistency) => consistency,
        Tie::New(_) => Consistency::Transaction(begun),
    }
}

/// A document with the fields of a mask alone.
pub(super) fn masked(document: &Arc<Document>, mask: Option<&[FieldPath]>) -> Document {
    match mask {
        None => owned(document),
        Some(paths) => Document {
            fields: project(&document.fields, paths),
            name: document.name.clone(),
            create_time: document.create_time,
            update_time: document.update_time,
        },
    }
}
