//! Queries.

use super::consistency::Tie;
use super::reads::tied;
use super::{Calls, refuse};
use crate::firestore::bill::Operations;
use crate::firestore::name::Database;
use crate::firestore::query::plan::Plan;
use crate::firestore::query::{aggregate, run};
use crate::firestore::time::timestamp;
use gcloud_sdk::google::firestore::v1::run_aggregation_query_request::QueryType as AggregationType;
use gcloud_sdk::google::firestore::v1::run_query_request::QueryType;
use gcloud_sdk::google::firestore::v1::structured_aggregation_query::QueryType as Nested;
use gcloud_sdk::google::firestore::v1::{
    AggregationResult, RunAggregationQueryRequest, RunAggregationQueryResponse, RunQueryRequest,
    RunQueryResponse, StructuredAggregationQuery,
};
use tonic::Status;

impl Calls {
    pub(super) fn run_query(&self, request: &RunQueryRequest) -> Result<Vec<RunQueryResponse>, Status> {
        refuse::explain(request.explain_options.as_ref())?;
        let Some(QueryType::StructuredQuery(query)) = request.query_type.as_ref() else {
            return Err(Status::invalid_argument("The request has no query."));
        };
        let tie = Tie::of_query(request.consistency_selector.as_ref())?;
        let (database, plan) = Plan::read(&request.parent, query)?;
        self.billed(&database, "RunQuery", || self.found(&database, &plan, tie))
    }

    fn found(
        &self,
        database: &Database,
        plan: &Plan,
        tie: Tie<'_>,
    ) -> Result<(Vec<RunQueryResponse>, Operations), Status> {
        let begun = self.begun(database, tie)?;
        let consistency = tied(tie, &begun);
        self.engine.hold_range(&self.place, database, plan, consistency)?;
        let seen = self.engine.query(database, plan, consistency)?;
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
        let found = seen.what.documents.len() + seen.what.skipped;
        Ok((answers, Operations::query(found, seen.entries)))
    }

    pub(super) fn run_aggregation_query(
        &self,
        request: &RunAggregationQueryRequest,
    ) -> Result<Vec<RunAggregationQueryResponse>, Status> {
        refuse::explain(request.explain_options.as_ref())?;
        let Some(AggregationType::StructuredAggregationQuery(query)) = request.query_type.as_ref() else {
            return Err(Status::invalid_argument("The request has no query."));
        };
        let tie = Tie::of_aggregation(request.consistency_selector.as_ref())?;
        self.aggregated(&request.parent, query, tie)
            .map(|answer| vec![answer])
    }

    fn aggregated(
        &self,
        parent: &str,
        query: &StructuredAggregationQuery,
        tie: Tie<'_>,
    ) -> Result<RunAggregationQueryResponse, Status> {
        let Some(Nested::StructuredQuery(nested)) = query.query_type.as_ref() else {
            return Err(Status::invalid_argument("The aggregation has no query."));
        };
        let aggregations = aggregate::read(&query.aggregations)?;
        let (database, plan) = Plan::read(parent, nested)?;
        aggregate::check(nested, &aggregations)?;
        let plan = aggregate::with_fields(plan, &aggregations)?;
        self.billed(&database, "RunAggregationQuery", || {
            let begun = self.begun(&database, tie)?;
            let consistency = tied(tie, &begun);
            self.engine
                .hold_range(&self.place, &database, &plan, consistency)?;
            let seen = self
                .engine
                .aggregate(&database, &plan, &aggregations, consistency)?;
            let aggregate_fields = seen.what;
            let answer = RunAggregationQueryResponse {
                result: Some(AggregationResult { aggregate_fields }),
                transaction: begun,
                read_time: Some(timestamp(seen.at)),
                explain_metrics: None,
            };
            Ok((answer, Operations::aggregation(seen.entries)))
        })
    }
}
