//! One commit, as Firestore takes it.

use super::client::{Client, timed};
use super::pb;
use crate::operations;
use std::time::Duration;
use tonic::Status;

/// Makes `writes` at once, or none of them; one attempt, given up after `limit`. A write or delete each.
pub(crate) async fn commit(
    client: &Client,
    writes: Vec<pb::Write>,
    limit: Duration,
) -> Result<pb::CommitResponse, Status> {
    let deletes = writes
        .iter()
        .filter(|w| matches!(w.operation, Some(pb::write::Operation::Delete(_))))
        .count();
    let written = writes.len() - deletes;
    let request = pb::CommitRequest {
        database: client.database(),
        writes,
        ..Default::default()
    };
    let mut firestore = client.firestore().await?;
    let answer = firestore.commit(timed(request, limit)).await?.into_inner();
    operations::written(written);
    operations::deleted(deletes);
    Ok(answer)
}
