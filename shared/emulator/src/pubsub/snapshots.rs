//! Snapshots over gRPC and REST.

use super::Inner;
use gcloud_sdk::google::pubsub::v1::{
    CreateSnapshotRequest, DeleteSnapshotRequest, GetSnapshotRequest, ListSnapshotsRequest,
    ListSnapshotsResponse, Snapshot, UpdateSnapshotRequest,
};
use tonic::Status;

pub(crate) fn create(inner: &Inner, asked: CreateSnapshotRequest) -> Result<Snapshot, Status> {
    inner.step(|broker, store, now| broker.create_snapshot(store, asked, now))
}

pub(crate) fn get(inner: &Inner, asked: &GetSnapshotRequest) -> Result<Snapshot, Status> {
    inner
        .lock()
        .snapshot(&asked.snapshot)
        .map(|(found, _)| found.clone())
}

pub(crate) fn update(inner: &Inner, asked: UpdateSnapshotRequest) -> Result<Snapshot, Status> {
    let snapshot = asked
        .snapshot
        .ok_or_else(|| Status::invalid_argument("The snapshot must be set."))?;
    let paths = asked.update_mask.unwrap_or_default().paths;
    inner.step(|broker, store, now| broker.update_snapshot(store, &snapshot, &paths, now))
}

pub(crate) fn list(inner: &Inner, asked: &ListSnapshotsRequest) -> Result<ListSnapshotsResponse, Status> {
    let (snapshots, next_page_token) =
        inner
            .lock()
            .list_snapshots(&asked.project, asked.page_size, &asked.page_token)?;
    Ok(ListSnapshotsResponse {
        snapshots,
        next_page_token,
    })
}

pub(crate) fn delete(inner: &Inner, asked: &DeleteSnapshotRequest) -> Result<(), Status> {
    inner.step(|broker, store, _| broker.delete_snapshot(store, &asked.snapshot))
}
