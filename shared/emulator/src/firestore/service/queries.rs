//! Queries.

use super::{Calls, refuse};
use crate::firestore::engine::TransactionId;
use crate::firestore::name::Database;
use crate::firestore::query::plan::Plan;
use crate::firestore::query::{aggregate, run};
use crate::firestore::time::timestamp;
use gcloud_sdk::google::firestore::v1::run_aggregation_query_request::{
    ConsistencySelector as AggregationSelector, QueryType as AggregationType,
};
use gcloud_sdk::google::firestore::v1::run_query_request::{ConsistencySelector, QueryType};
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::QueryType as Nested;
use gcloud_sdk::google::firestore::v1::{
    AggregationResult, RunAggregationQueryRequest, RunAggregationQueryResponse, RunQueryRequest,
    RunQueryResponse, StructuredAggregationQuery, TransactionOptions,
};
use tonic::Status;

/// What a query is tied to.
enum Tie<'a> {
    Nothing,
    Running(&'a [u8]),
    New(&'a TransactionOptions),
}

impl Calls {
    pub(super) fn run_query(&self, request: &RunQueryRequest) -> Result<Vec<RunQueryResponse>, Status> {
        refuse::explain(request.explain_options.as_ref())?;
        let Some(QueryType::StructuredQuery(query)) = request.query_type.as_ref() else {
            return Err(Status::invalid_argument("The request has no query."));
        };
        let tie = match request.consistency_selector.as_ref() {
            None => Tie::Nothing,
            Some(ConsistencySelector::Transaction(id)) => Tie::Running(id),
            Some(ConsistencySelector::NewTransaction(options)) => Tie::New(options),
            Some(ConsistencySelector::ReadTime(_)) => return Err(refuse::read_time()),
        };
        let (database, plan) = Plan::read(&request.parent, query)?;
        self.found(&database, &plan, &tie)
    }

    fn found(
        &self,
        database: &Database,
        plan: &Plan,
        tie: &Tie<'_>,
    ) -> Result<Vec<RunQueryResponse>, Status> {
        let begun = self.begun(database, tie)?;
        let seen = self.engine.query(database, plan, id(tie, &begun))?;
        let read_time = Some(timestamp(seen.at));
        let mut answers = Vec::with_capacity(seen.what.documents.len() + 1);
        let skipped_results = i32::try_from(seen.what.skipped).unwrap_or(i32::MAX);
        if !begun.is_empty() || skipped_results > 0 || seen.what.documents.is_empty() {
            answers.push(RunQueryResponse {
                transaction: begun,
                read_time,
                skipped_results,
                ..Default::default()
            });
        }
        answers.extend(seen.what.documents.iter().map(|document| RunQueryResponse {
            document: Some(run::shown(plan, document)),
            read_time,
            ..RunQueryResponse::default()
        }));
        Ok(answers)
    }

    pub(super) fn run_aggregation_query(
        &self,
        request: &RunAggregationQueryRequest,
    ) -> Result<Vec<RunAggregationQueryResponse>, Status> {
        refuse::explain(request.explain_options.as_ref())?;
        let Some(AggregationType::StructuredAggregationQuery(query)) = request.query_type.as_ref() else {
            return Err(Status::invalid_argument("The request has no query."));
        };
        let tie = match request.consistency_selector.as_ref() {
            None => Tie::Nothing,
            Some(AggregationSelector::Transaction(id)) => Tie::Running(id),
            Some(AggregationSelector::NewTransaction(options)) => Tie::New(options),
            Some(AggregationSelector::ReadTime(_)) => return Err(refuse::read_time()),
        };
        self.aggregated(&request.parent, query, &tie)
            .map(|answer| vec![answer])
    }

    fn aggregated(
        &self,
        parent: &str,
        query: &StructuredAggregationQuery,
        tie: &Tie<'_>,
    ) -> Result<RunAggregationQueryResponse, Status> {
        let Some(Nested::StructuredQuery(nested)) = query.query_type.as_ref() else {
            return Err(Status::invalid_argument("The aggregation has no query."));
        };
        let aggregations = aggregate::read(&query.aggregations)?;
        let (database, plan) = Plan::read(parent, nested)?;
        let plan = aggregate::with_fields(plan, &aggregations);
        let begun = self.begun(&database, tie)?;
        let seen = self.engine.query(&database, &plan, id(tie, &begun))?;
        let aggregate_fields = aggregate::aggregate(&seen.what.documents, &aggregations);
        Ok(RunAggregationQueryResponse {
            result: Some(AggregationResult { aggregate_fields }),
            transaction: begun,
            read_time: Some(timestamp(seen.at)),
            explain_metrics: None,
        })
    }

    fn begun(&self, database: &Database, tie: &Tie<'_>) -> Result<Vec<u8>, Status> {
        match tie {
            Tie::New(options) => Ok(self.engine.begin(database, refuse::read_only(Some(options))?)),
            Tie::Nothing | Tie::Running(_) => Ok(Vec::new()),
        }
    }
}

fn id<'a>(tie: &Tie<'a>, begun: &'a [u8]) -> TransactionId<'a> {
    match tie {
        Tie::Nothing => None,
        Tie::Running(id) => Some(id),
        Tie::New(_) => Some(begun),
    }
}
