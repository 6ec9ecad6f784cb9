//! Documents by their names.

use super::{Side, tied};
use crate::oracle::firestore::shown::short;
use crate::oracle::firestore::step::{At, Step};
use gcloud_sdk::google::firestore::v1::{
    BatchGetDocumentsRequest, GetDocumentRequest, batch_get_documents_request, batch_get_documents_response,
    get_document_request,
};
use tonic::Status;

impl Side {
    pub(super) async fn get(&mut self, number: usize, step: Step) -> Result<String, Status> {
        use batch_get_documents_request::ConsistencySelector as Batch;
        use batch_get_documents_response::Result as Found;
        use get_document_request::ConsistencySelector as Get;
        match step {
            Step::Get { name, mask, at } => {
                let consistency_selector = match at {
                    At::Now | At::New(_) => None,
                    At::Time(commit) => self.time(commit).map(Get::ReadTime),
                    At::Transaction(begun) => Some(Get::Transaction(self.transaction(begun))),
                };
                let request = GetDocumentRequest {
                    name,
                    mask,
                    consistency_selector,
                    ..Default::default()
                };
                let document = self.client.get_document(request).await?.into_inner();
                Ok(self.times.document(&document))
            }
            Step::BatchGet { names, mask, at } => {
                let request = BatchGetDocumentsRequest {
                    database: self.database.clone(),
                    documents: names,
                    mask,
                    consistency_selector: tied!(self, at, Batch),
                    ..Default::default()
                };
                let mut stream = self.client.batch_get_documents(request).await?.into_inner();
                let mut lines = Vec::new();
                while let Some(answer) = stream.message().await? {
                    self.begun(number, &answer.transaction);
                    match answer.result {
                        Some(Found::Found(document)) => lines.push(self.times.document(&document)),
                        Some(Found::Missing(name)) => lines.push(format!("{} is missing", short(&name))),
                        None => {}
                    }
                }
                lines.sort_unstable(); // the order of answers is free
                Ok(lines.join("\n"))
            }
            other => unreachable!("{other:?}"),
        }
    }
}
