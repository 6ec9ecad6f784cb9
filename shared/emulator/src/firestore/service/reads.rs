//! Reading documents by their names.

use super::{Calls, database_with, owned, refuse};
use crate::firestore::engine::TransactionId;
use crate::firestore::name::{Database, check_document};
use crate::firestore::path::{FieldPath, project};
use crate::firestore::time::timestamp;
use gcloud_sdk::google::firestore::v1::batch_get_documents_request::ConsistencySelector as BatchSelector;
use gcloud_sdk::google::firestore::v1::batch_get_documents_response::Result as Answer;
use gcloud_sdk::google::firestore::v1::get_document_request::ConsistencySelector as GetSelector;
use gcloud_sdk::google::firestore::v1::{
    BatchGetDocumentsRequest, BatchGetDocumentsResponse, Document, GetDocumentRequest,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use tonic::Status;

impl Calls {
    pub(super) fn get_document(&self, request: &GetDocumentRequest) -> Result<Document, Status> {
        let database = check_document(&request.name)?;
        let mask = refuse::mask(request.mask.as_ref())?;
        let transaction: TransactionId<'_> = match request.consistency_selector.as_ref() {
            None => None,
            Some(GetSelector::Transaction(id)) => Some(id),
            Some(GetSelector::ReadTime(_)) => return Err(refuse::read_time()),
        };
        let seen = self
            .engine
            .get(&database, std::slice::from_ref(&request.name), transaction)?;
        let found = seen.what.into_iter().flatten().next();
        let found =
            found.ok_or_else(|| Status::not_found(format!("Document \"{}\" not found.", request.name)))?;
        Ok(masked(&found, mask.as_deref()))
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
        self.batch_get(&database, request, mask.as_deref())
    }

    fn batch_get(
        &self,
        database: &Database,
        request: &BatchGetDocumentsRequest,
        mask: Option<&[FieldPath]>,
    ) -> Result<Vec<BatchGetDocumentsResponse>, Status> {
        let mut begun = Vec::new();
        let transaction: TransactionId<'_> = match request.consistency_selector.as_ref() {
            None => None,
            Some(BatchSelector::Transaction(id)) => Some(id),
            Some(BatchSelector::NewTransaction(options)) => {
                begun = self.engine.begin(database, refuse::read_only(Some(options))?);
                Some(&begun)
            }
            Some(BatchSelector::ReadTime(_)) => return Err(refuse::read_time()),
        };
        let mut known = BTreeSet::new();
        let names: Vec<String> = request
            .documents
            .iter()
            .filter(|name| known.insert(*name))
            .cloned()
            .collect();
        let seen = self.engine.get(database, &names, transaction)?;
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
        Ok((!begun.is_empty())
            .then_some(first)
            .into_iter()
            .chain(answers)
            .collect())
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
