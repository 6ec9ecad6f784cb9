//! What must be so for a write to be made.

use crate::firestore::time::micros;
use gcloud_sdk::google::firestore::v1::precondition::ConditionType;
use gcloud_sdk::google::firestore::v1::{Document, Precondition};
use std::cmp::Ordering;
use std::sync::Arc;
use tonic::Status;

/// Checks a precondition against the document that is there.
pub(super) fn hold(
    precondition: Option<&Precondition>,
    name: &str,
    current: Option<&Arc<Document>>,
) -> Result<(), Status> {
    let Some(precondition) = precondition else {
        return Ok(());
    };
    match (precondition.condition_type.as_ref(), current) {
        (Some(ConditionType::Exists(true)), None) => {
            Err(Status::not_found(format!("No document to update: {name}")))
        }
        (Some(ConditionType::Exists(false)), Some(_)) => {
            Err(Status::already_exists(format!("Document already exists: {name}")))
        }
        (Some(ConditionType::UpdateTime(_)), None) => Err(Status::failed_precondition(format!(
            "No document to update: {name}"
        ))),
        (Some(ConditionType::UpdateTime(wanted)), Some(document)) => {
            let stored = document.update_time.as_ref().map(micros).unwrap_or_default();
            same_version(micros(wanted), stored, name)
        }
        _ => Ok(()),
    }
}

/// A version that is still to come is no condition but a mistake.
fn same_version(wanted: i64, stored: i64, name: &str) -> Result<(), Status> {
    match wanted.cmp(&stored) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Status::invalid_argument(format!(
            "Invalid base version, it is greater than the stored version: {name}"
        ))),
        Ordering::Less => Err(Status::failed_precondition(format!(
            "the stored version ({stored}) does not match the required base version ({wanted})"
        ))),
    }
}

/// Checks what a precondition says, whatever document it meets.
pub(super) fn check(precondition: Option<&Precondition>) -> Result<(), Status> {
    match precondition.and_then(|precondition| precondition.condition_type.as_ref()) {
        Some(ConditionType::UpdateTime(time)) if time.nanos % 1000 != 0 => Err(Status::invalid_argument(
            "timestamp cannot have more than microseconds precision",
        )),
        _ => Ok(()),
    }
}
