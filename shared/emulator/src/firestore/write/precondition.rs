//! What must be so for a write to be made.

use crate::firestore::time::micros;
use gcloud_sdk::google::firestore::v1::precondition::ConditionType;
use gcloud_sdk::google::firestore::v1::{Document, Precondition};
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
            if micros(wanted) == stored && wanted.nanos % 1000 == 0 {
                return Ok(());
            }
            let text = format!(
                "the stored version ({stored}) does not match the required base version ({})",
                micros(wanted)
            );
            Err(Status::failed_precondition(text))
        }
        _ => Ok(()),
    }
}
