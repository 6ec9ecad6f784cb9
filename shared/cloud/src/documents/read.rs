//! Reading documents.

use super::client::{Client, timed};
use super::{Collection, Document, Query, Stored, pb, value};
use crate::{Result, operations};
use futures::TryStreamExt;
use std::collections::HashMap;

/// Firestore, to read from. What is written goes through a [`crate::Commit`].
#[derive(Debug, Clone)]
pub struct Documents {
    pub(crate) client: Client,
}

impl Documents {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The document `id`. One read.
    ///
    /// # Errors
    /// Firestore is away, or the document is unreadable.
    pub async fn get<T: Document>(
        &self,
        collection: Collection<T>,
        id: impl ToString,
    ) -> Result<Option<Stored<T>>> {
        Ok(self.get_all(collection, &[id.to_string()]).await?.pop().flatten())
    }

    /// The documents `ids`, in their order, as of one moment. One read each, found or not.
    ///
    /// # Errors
    /// Firestore is away, or a document is unreadable.
    pub async fn get_all<T: Document>(
        &self,
        collection: Collection<T>,
        ids: &[impl ToString],
    ) -> Result<Vec<Option<Stored<T>>>> {
        let names: Vec<String> = ids
            .iter()
            .map(|id| self.client.name(collection.name(), &id.to_string()))
            .collect();
        let found = self.find(names.clone()).await?;
        names
            .iter()
            .map(|name| found.get(name).map(value::read).transpose())
            .collect()
    }

    /// The documents with these names that exist.
    pub(crate) async fn find(&self, mut names: Vec<String>) -> Result<HashMap<String, pb::Document>> {
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        operations::read(names.len());
        let request = pb::BatchGetDocumentsRequest {
            database: self.client.database(),
            documents: names,
            ..Default::default()
        };
        let answers = self
            .client
            .firestore()
            .await?
            .batch_get_documents(timed(request))
            .await?
            .into_inner();
        let found = answers.try_filter_map(|answer| async move {
            Ok(match answer.result {
                Some(pb::batch_get_documents_response::Result::Found(document)) => {
                    Some((document.name.clone(), document))
                }
                _ => None,
            })
        });
        Ok(found.try_collect().await?)
    }

    /// What the query finds. One read a document, one when there is none.
    ///
    /// # Errors
    /// Firestore is away, an index is missing, or a document is unreadable.
    pub async fn query<T: Document>(&self, query: Query<T>) -> Result<Vec<Stored<T>>> {
        let root = self.client.root();
        let request = pb::RunQueryRequest {
            query_type: Some(pb::run_query_request::QueryType::StructuredQuery(
                query.into_structured(&root),
            )),
            parent: root,
            ..Default::default()
        };
        let answers = self
            .client
            .firestore()
            .await?
            .run_query(timed(request))
            .await?
            .into_inner();
        let documents: Vec<pb::Document> = answers
            .try_filter_map(|answer| async move { Ok(answer.document) })
            .try_collect()
            .await?;
        operations::read(documents.len().max(1));
        documents.iter().map(value::read).collect()
    }

    /// How many documents the query finds. One read for each thousand index entries, one at least.
    ///
    /// # Errors
    /// Firestore is away, or an index is missing.
    pub async fn count<T: Document>(&self, query: Query<T>) -> Result<u64> {
        use pb::structured_aggregation_query as saq;
        let root = self.client.root();
        let count = saq::Aggregation {
            alias: "n".to_owned(),
            operator: Some(saq::aggregation::Operator::Count(saq::aggregation::Count {
                up_to: None,
            })),
        };
        let structured = pb::StructuredAggregationQuery {
            aggregations: vec![count],
            query_type: Some(saq::QueryType::StructuredQuery(query.into_structured(&root))),
        };
        let request = pb::RunAggregationQueryRequest {
            query_type: Some(
                pb::run_aggregation_query_request::QueryType::StructuredAggregationQuery(structured),
            ),
            parent: root,
            ..Default::default()
        };
        let answers = self
            .client
            .firestore()
            .await?
            .run_aggregation_query(timed(request))
            .await?
            .into_inner();
        let counts: Vec<u64> = answers
            .try_filter_map(|answer| async move { Ok(counted(answer)) })
            .try_collect()
            .await?;
        let count = counts.into_iter().sum();
        operations::read(usize::try_from(count / 1000).unwrap_or(usize::MAX).max(1));
        Ok(count)
    }
}

fn counted(answer: pb::RunAggregationQueryResponse) -> Option<u64> {
    match answer.result?.aggregate_fields.remove("n")?.value_type? {
        pb::value::ValueType::IntegerValue(n) => u64::try_from(n).ok(),
        _ => None,
    }
}
