//! Queries and aggregations.

use super::{Side, tied};
use crate::oracle::firestore::step::At;
use gcloud_sdk::google::firestore::v1::{
    RunAggregationQueryRequest, RunQueryRequest, StructuredAggregationQuery, StructuredQuery,
    run_aggregation_query_request, run_query_request,
};
use tonic::Status;

impl Side {
    pub(super) async fn query(
        &mut self,
        number: usize,
        parent: String,
        query: StructuredQuery,
        at: At,
    ) -> Result<String, Status> {
        use run_query_request::{ConsistencySelector, QueryType};
        let request = RunQueryRequest {
            parent,
            query_type: Some(QueryType::StructuredQuery(query)),
            consistency_selector: tied!(self, at, ConsistencySelector),
            ..Default::default()
        };
        let mut stream = self.client.run_query(request).await?.into_inner();
        let (mut lines, mut skipped) = (Vec::new(), 0);
        while let Some(answer) = stream.message().await? {
            self.begun(number, &answer.transaction);
            skipped += answer.skipped_results;
            lines.extend(answer.document.map(|document| self.times.document(&document)));
        }
        if lines.is_empty() {
            return Ok("nothing".to_owned()); // Google's emulator counts what an offset skipped only when something follows
        }
        Ok(format!("skipped {skipped}\n{}", lines.join("\n")))
    }

    pub(super) async fn aggregate(
        &mut self,
        number: usize,
        parent: String,
        query: StructuredAggregationQuery,
        at: At,
    ) -> Result<String, Status> {
        use run_aggregation_query_request::{ConsistencySelector, QueryType};
        let query_type = Some(QueryType::StructuredAggregationQuery(query));
        let request = RunAggregationQueryRequest {
            parent,
            query_type,
            consistency_selector: tied!(self, at, ConsistencySelector),
            ..Default::default()
        };
        let mut stream = self.client.run_aggregation_query(request).await?.into_inner();
        let mut lines = Vec::new();
        while let Some(answer) = stream.message().await? {
            self.begun(number, &answer.transaction);
            lines.extend(
                answer
                    .result
                    .map(|result| self.times.fields(&result.aggregate_fields)),
            );
        }
        Ok(lines.join("\n"))
    }
}
