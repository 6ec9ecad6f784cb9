//! Reading documents.

use super::client::{Client, timed};
use super::{Collection, Document, Moment, Query, Stored, pb, value};
use crate::retry::{Call, repeat};
use crate::{Result, operations};
use futures::TryStreamExt;
use pb::batch_get_documents_request::ConsistencySelector;
use pb::batch_get_documents_response::Result as Got;
use std::collections::HashMap;
use std::time::Duration;
use tonic::{Code, Status};

/// How many documents one call asks for. Larger sets are read in several calls, all as of the moment of the first.
const CHUNK: usize = 300;

/// Firestore, to read from. What is written goes through a [`crate::Commit`]. A read that fails on the way is made again, for as long as
/// [`crate::Timeouts::retrying`]; what was read is counted once.
#[derive(Debug, Clone)]
pub struct Documents {
    pub(crate) client: Client,
}

/// What a call found, and as of when.
type Chunk = (HashMap<String, pb::Document>, Option<prost_types::Timestamp>);

impl Documents {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The document `id`. Reads one document, found or not.
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

    /// The documents `ids`, in their order, as of one moment; nothing in the place of one that is missing. Reads one document for each different
    /// id, found or not.
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

    /// The documents with these names that exist, as of one moment. Reads one document for each different name.
    pub(crate) async fn find(&self, mut names: Vec<String>) -> Result<HashMap<String, pb::Document>> {
        names.sort_unstable();
        names.dedup();
        let mut all = HashMap::new();
        let mut moment = None;
        for chunk in names.chunks(CHUNK) {
            let timeouts = self.client.timeouts();
            let ask = |limit| self.find_chunk(chunk, moment, limit);
            let (found, read_at) = repeat(timeouts, Call::Read, ask).await?;
            moment = moment.or(read_at);
            operations::read(chunk.len());
            all.extend(found);
        }
        Ok(all)
    }

    async fn find_chunk(
        &self,
        names: &[String],
        moment: Option<prost_types::Timestamp>,
        limit: Duration,
    ) -> Result<Chunk, Status> {
        let request = pb::BatchGetDocumentsRequest {
            database: self.client.database(),
            documents: names.to_vec(),
            consistency_selector: moment.map(ConsistencySelector::ReadTime),
            ..Default::default()
        };
        let mut firestore = self.client.firestore().await?;
        let answers = firestore.batch_get_documents(timed(request, limit)).await?;
        let mut answers = answers.into_inner();
        let (mut found, mut read_at) = (HashMap::new(), None);
        while let Some(answer) = answers.try_next().await? {
            read_at = read_at.or(answer.read_time);
            if let Some(Got::Found(document)) = answer.result {
                found.insert(document.name.clone(), document);
            }
        }
        Ok((found, read_at))
    }

    /// What the query finds. Reads each document that it finds, and counts as one read when there is none.
    ///
    /// # Errors
    /// Firestore is away, an index is missing, or a document is unreadable.
    pub async fn query<T: Document>(&self, query: Query<T>) -> Result<Vec<Stored<T>>> {
        let documents = self.run(query).await?;
        documents.iter().map(value::read).collect()
    }

    /// What the query found at a moment of the last hour, or finds now; and as of which moment that is. Of a moment that is longer ago nothing is known any
    /// more: then it is what the query finds now. Costs as [`Documents::query`].
    ///
    /// # Errors
    /// Firestore is away, an index is missing, or a document is unreadable.
    pub async fn query_at<T: Document>(
        &self,
        query: Query<T>,
        moment: Option<Moment>,
    ) -> Result<(Vec<Stored<T>>, Moment)> {
        let query = query.into_structured(&self.client.root());
        let (documents, moment) = match self.run_at(query.clone(), moment).await {
            Err(error) if moment.is_some() && error.code() == Code::FailedPrecondition => {
                self.run_at(query, None).await
            }
            outcome => outcome,
        }?;
        let documents = documents.iter().map(value::read).collect::<Result<_>>()?;
        Ok((documents, moment))
    }

    /// What the query finds, unread. Reads each document that it finds, and counts as one read when there is none.
    pub(crate) async fn run<T: Document>(&self, query: Query<T>) -> Result<Vec<pb::Document>> {
        let query = query.into_structured(&self.client.root());
        Ok(self.run_at(query, None).await?.0)
    }

    async fn run_at(
        &self,
        query: pb::StructuredQuery,
        moment: Option<Moment>,
    ) -> Result<(Vec<pb::Document>, Moment), Status> {
        let request = pb::RunQueryRequest {
            query_type: Some(pb::run_query_request::QueryType::StructuredQuery(query)),
            parent: self.client.root(),
            consistency_selector: moment
                .map(|moment| pb::run_query_request::ConsistencySelector::ReadTime(moment.into())),
            ..Default::default()
        };
        let ask = |limit| {
            let request = timed(request.clone(), limit);
            async move {
                let answers = self.client.firestore().await?.run_query(request).await?;
                let mut answers = answers.into_inner();
                let (mut found, mut read_at) = (Vec::new(), None);
                while let Some(answer) = answers.try_next().await? {
                    read_at = read_at.or(answer.read_time);
                    found.extend(answer.document);
                }
                Ok((found, read_at))
            }
        };
        let (documents, read_at) = repeat(self.client.timeouts(), Call::Read, ask).await?;
        operations::read(documents.len().max(1));
        Ok((
            documents,
            read_at.map(Moment::from).or(moment).unwrap_or_default(),
        ))
    }

    /// How many documents the query finds. Counts as one read for each thousand index entries, one at least.
    ///
    /// # Errors
    /// Firestore is away, or an index is missing.
    pub async fn count<T: Document>(&self, query: Query<T>) -> Result<u64> {
        let root = self.client.root();
        let request = pb::RunAggregationQueryRequest {
            query_type: Some(
                pb::run_aggregation_query_request::QueryType::StructuredAggregationQuery(count_of(
                    query.into_structured(&root),
                )),
            ),
            parent: root,
            ..Default::default()
        };
        let ask = |limit| {
            let request = timed(request.clone(), limit);
            async move {
                let mut firestore = self.client.firestore().await?;
                let answers = firestore.run_aggregation_query(request).await?;
                let counts = answers
                    .into_inner()
                    .try_filter_map(|answer| async move { Ok(counted(answer)) });
                counts.try_collect::<Vec<u64>>().await
            }
        };
        let counts = repeat(self.client.timeouts(), Call::Read, ask).await?;
        let count: u64 = counts.into_iter().sum();
        operations::read(usize::try_from(count.div_ceil(1000)).unwrap_or(usize::MAX).max(1));
        Ok(count)
    }
}

fn count_of(query: pb::StructuredQuery) -> pb::StructuredAggregationQuery {
    use pb::structured_aggregation_query as saq;
    let count = saq::Aggregation {
        alias: "n".to_owned(),
        operator: Some(saq::aggregation::Operator::Count(saq::aggregation::Count {
            up_to: None,
        })),
    };
    pb::StructuredAggregationQuery {
        aggregations: vec![count],
        query_type: Some(saq::QueryType::StructuredQuery(query)),
    }
}

fn counted(answer: pb::RunAggregationQueryResponse) -> Option<u64> {
    match answer.result?.aggregate_fields.remove("n")?.value_type? {
        pb::value::ValueType::IntegerValue(n) => u64::try_from(n).ok(),
        _ => None,
    }
}
