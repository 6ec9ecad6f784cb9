//! What the emulator has not, by name.

use crate::firestore::path::FieldPath;
use gcloud_sdk::google::firestore::v1::transaction_options::read_only::ConsistencySelector;
use gcloud_sdk::google::firestore::v1::transaction_options::{Mode, ReadOnly};
use gcloud_sdk::google::firestore::v1::{DocumentMask, ExplainOptions, TransactionOptions};
use tonic::Status;

/// Reads in the past.
pub(super) fn read_time() -> Status {
    Status::unimplemented("the emulator has no read_time")
}

/// Query plans.
pub(super) fn explain(options: Option<&ExplainOptions>) -> Result<(), Status> {
    match options {
        None => Ok(()),
        Some(_) => Err(Status::unimplemented("the emulator has no explain_options")),
    }
}

/// Whether a transaction only reads. One in the past is refused.
pub(super) fn read_only(options: Option<&TransactionOptions>) -> Result<bool, Status> {
    match options.and_then(|options| options.mode.as_ref()) {
        Some(Mode::ReadOnly(ReadOnly {
            consistency_selector: Some(ConsistencySelector::ReadTime(_)),
        })) => Err(read_time()),
        Some(Mode::ReadOnly(_)) => Ok(true),
        Some(Mode::ReadWrite(_)) | None => Ok(false),
    }
}

/// The paths of a mask of answers; none when there is no mask.
pub(super) fn mask(mask: Option<&DocumentMask>) -> Result<Option<Vec<FieldPath>>, Status> {
    mask.map(|mask| {
        mask.field_paths
            .iter()
            .map(|path| FieldPath::parse(path))
            .collect()
    })
    .transpose()
}
