//! What one write makes of one document.

mod check;
mod precondition;
mod transform;

pub(crate) use check::check;

use super::path::{FieldPath, Fields};
use super::time::timestamp;
use super::value;
use gcloud_sdk::google::firestore::v1::write::Operation;
use gcloud_sdk::google::firestore::v1::{Document, DocumentMask, Write, WriteResult};
use std::sync::Arc;
use tonic::Status;

/// The name of the document that a write is about.
pub(crate) fn target(write: &Write) -> Result<&str, Status> {
    match write.operation.as_ref() {
        Some(Operation::Update(document)) => Ok(&document.name),
        Some(Operation::Delete(name)) => Ok(name),
        Some(Operation::Transform(transform)) => Ok(&transform.document),
        None => Err(Status::invalid_argument("A write has no operation.")),
    }
}

/// The document after `write` (which [`check`] let through), committed at `time` (microseconds), and what its writer is told.
///
/// A write that changes nothing leaves the update time as it was.
pub(crate) fn apply(
    write: &Write,
    current: Option<&Arc<Document>>,
    time: i64,
) -> Result<(Option<Arc<Document>>, WriteResult), Status> {
    let target = target(write)?;
    precondition::hold(write.current_document.as_ref(), target, current)?;
    let old = current.map(|document| &document.fields);
    let (mut fields, transforms) = match write.operation.as_ref() {
        Some(Operation::Update(new)) => (
            updated(write.update_mask.as_ref(), old, new)?,
            &write.update_transforms,
        ),
        Some(Operation::Transform(transform)) => {
            (old.cloned().unwrap_or_default(), &transform.field_transforms)
        }
        Some(Operation::Delete(_)) => return Ok((None, WriteResult::default())),
        None => return Err(Status::invalid_argument("A write has no operation.")),
    };
    let transform_results = transform::apply(&mut fields, transforms, time)?;
    if write.update_mask.is_some() || !transforms.is_empty() {
        value::check_fields(&fields)?; // what was put together can be deeper than its parts
    }
    value::check_size(target, &fields)?;
    let document = stored(target, fields, current, time);
    let result = WriteResult {
        update_time: document.update_time,
        transform_results,
    };
    Ok((Some(document), result))
}

fn stored(name: &str, fields: Fields, current: Option<&Arc<Document>>, time: i64) -> Arc<Document> {
    match current {
        Some(document) if value::same(&document.fields, &fields) => Arc::clone(document),
        _ => Arc::new(Document {
            name: name.to_owned(),
            fields,
            create_time: current.map_or(Some(timestamp(time)), |document| document.create_time),
            update_time: Some(timestamp(time)),
        }),
    }
}

/// The fields of an update: all of the new document's, or the old ones with those of the mask replaced.
fn updated(mask: Option<&DocumentMask>, old: Option<&Fields>, new: &Document) -> Result<Fields, Status> {
    let mut given = new.fields.clone();
    given.values_mut().for_each(value::normalize);
    let Some(mask) = mask else { return Ok(given) };
    let paths = mask_paths(mask)?;
    let mut fields = old.cloned().unwrap_or_default();
    for path in paths {
        match path.get(&given) {
            Some(value) => path.set(&mut fields, value.clone()),
            None => path.remove(&mut fields),
        }
    }
    Ok(fields)
}

/// The paths of a mask of writes, outer ones before what is inside them.
fn mask_paths(mask: &DocumentMask) -> Result<Vec<FieldPath>, Status> {
    let mut paths = mask
        .field_paths
        .iter()
        .map(|path| FieldPath::parse(path))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort_unstable();
    paths.dedup();
    if let Some(path) = paths.iter().find(|path| path.is_name()) {
        return Err(Status::invalid_argument(format!("{path} cannot be written.")));
    }
    Ok(paths)
}
