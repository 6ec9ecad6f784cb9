//! Queries: read into a plan, run over documents.

pub(crate) mod aggregate;
pub(crate) mod branch;
mod by_name;
mod disjunctions;
pub(crate) mod execute;
pub(crate) mod filter;
mod join;
pub(crate) mod plan;
mod range;
pub(crate) mod run;
pub(crate) mod source;
mod space;
mod stream;
mod window;

#[cfg(test)]
pub(crate) mod memory;
#[cfg(test)]
mod tests;

use super::order;
use super::path::FieldPath;
use gcloud_sdk::google::firestore::v1::value::ValueType;
use gcloud_sdk::google::firestore::v1::{Document, Value};
use std::borrow::Cow;

/// The value that a filter or an order looks at: a field, or the document's name as a reference.
pub(crate) fn value_of<'a>(document: &'a Document, path: &FieldPath) -> Option<Cow<'a, Value>> {
    if path.is_name() {
        return Some(Cow::Owned(reference(&document.name)));
    }
    path.get(&document.fields).map(Cow::Borrowed)
}

/// A document's name as a value.
pub(crate) fn reference(name: &str) -> Value {
    Value {
        value_type: Some(ValueType::ReferenceValue(name.to_owned())),
    }
}
