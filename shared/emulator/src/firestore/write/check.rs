//! What is wrong with a write whatever document it meets.

use super::{mask_paths, precondition, target, transform};
use crate::firestore::{name, value};
use gcloud_sdk::google::firestore::v1::Write;
use gcloud_sdk::google::firestore::v1::write::Operation;
use tonic::Status;

/// Checks all of a write that can be checked without a document: its name, which must be in the database `root`, its values, paths and
/// transforms.
pub(crate) fn check(write: &Write, root: &str) -> Result<(), Status> {
    let target = target(write)?;
    let database = name::check_document(target)?;
    if database.root() != root {
        return Err(Status::invalid_argument(format!(
            "Document name \"{target}\" is not in the request's database."
        )));
    }
    precondition::check(write.current_document.as_ref())?;
    match write.operation.as_ref() {
        Some(Operation::Update(document)) => {
            value::check_fields(&document.fields)?;
            if let Some(mask) = write.update_mask.as_ref() {
                mask_paths(mask)?;
            }
            transform::check(&write.update_transforms)
        }
        Some(Operation::Transform(transform)) => {
            refuse_extras(write)?;
            if transform.field_transforms.is_empty() {
                return Err(Status::invalid_argument(
                    "The list of FieldTransform must not be empty.",
                ));
            }
            transform::check(&transform.field_transforms)
        }
        Some(Operation::Delete(_)) | None => refuse_extras(write),
    }
}

/// A mask and `update_transforms` belong to updates alone.
fn refuse_extras(write: &Write) -> Result<(), Status> {
    if write.update_mask.is_some() || !write.update_transforms.is_empty() {
        return Err(Status::invalid_argument(
            "Only an update has a mask or update_transforms.",
        ));
    }
    Ok(())
}
