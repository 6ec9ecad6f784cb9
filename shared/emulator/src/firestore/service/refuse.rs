//! What the emulator has not, by name, and what masks say.

use crate::firestore::path::FieldPath;
use gcloud_sdk::google::firestore::v1::{DocumentMask, ExplainOptions};
use tonic::Status;

/// Query plans.
pub(super) fn explain(options: Option<&ExplainOptions>) -> Result<(), Status> {
    match options {
        None => Ok(()),
        Some(_) => Err(Status::unimplemented("the emulator has no explain_options")),
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
