//! Commits and calls of one write.

use super::Side;
use crate::oracle::firestore::step::Step;
use gcloud_sdk::google::firestore::v1::{
    BatchWriteRequest, CommitRequest, CreateDocumentRequest, DeleteDocumentRequest, UpdateDocumentRequest,
    Write,
};
use std::fmt::Write as _;
use tonic::{Code, Status};

impl Side {
    pub(super) async fn commit(
        &mut self,
        number: usize,
        writes: Vec<Write>,
        transaction: Option<usize>,
    ) -> Result<String, Status> {
        let request = CommitRequest {
            database: self.database.clone(),
            writes: self.resolved(writes),
            transaction: transaction
                .map(|begun| self.transaction(begun))
                .unwrap_or_default(),
            ..CommitRequest::default()
        };
        let empty = request.writes.is_empty();
        let answer = self.client.commit(request).await?.into_inner();
        if !empty {
            self.committed(number, answer.commit_time); // Google's emulator has no time of a commit without writes
        }
        Ok(answer
            .write_results
            .iter()
            .map(|result| self.result(result))
            .collect())
    }

    pub(super) async fn batch_write(&mut self, number: usize, writes: Vec<Write>) -> Result<String, Status> {
        let request = BatchWriteRequest {
            database: self.database.clone(),
            writes: self.resolved(writes),
            ..BatchWriteRequest::default()
        };
        let answer = self.client.batch_write(request).await?.into_inner();
        let mut text = String::new();
        for (result, status) in answer.write_results.iter().zip(&answer.status) {
            self.times
                .learn(result.update_time.as_ref(), &format!("t{number}"));
            let code = Code::from(status.code);
            let _ = write!(text, "{code:?} {}; ", self.result(result));
            self.said.push_str(&status.message);
        }
        Ok(text)
    }

    pub(super) async fn write_one(&mut self, number: usize, step: Step) -> Result<String, Status> {
        let document = match step {
            Step::Create {
                parent,
                collection,
                id,
                document,
                mask,
            } => {
                let request = CreateDocumentRequest {
                    parent,
                    collection_id: collection,
                    document_id: id,
                    document: Some(document),
                    mask,
                    ..Default::default()
                };
                self.client.create_document(request).await?.into_inner()
            }
            Step::Update {
                document,
                update_mask,
                mask,
                when,
            } => {
                let current_document = when.map(|when| self.precondition(when));
                let request = UpdateDocumentRequest {
                    document: Some(document),
                    update_mask,
                    mask,
                    current_document,
                    ..Default::default()
                };
                self.client.update_document(request).await?.into_inner()
            }
            Step::Delete { name, when } => {
                let current_document = when.map(|when| self.precondition(when));
                self.client
                    .delete_document(DeleteDocumentRequest {
                        name,
                        current_document,
                        ..Default::default()
                    })
                    .await?;
                return Ok("deleted".to_owned());
            }
            other => unreachable!("{other:?}"),
        };
        self.committed(number, document.update_time);
        Ok(self.times.document(&document))
    }
}
