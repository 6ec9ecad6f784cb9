//! Values and documents, to Firestore's types and back.

use super::{Stored, pb};
use crate::{Error, Result};
use firestore::{FirestoreDb, FirestoreValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One value of a filter or cursor.
pub(crate) fn of(value: impl Serialize) -> pb::Value {
    <FirestoreValue as From<_>>::from(value).value
}

pub(crate) fn reference(name: String) -> pb::Value {
    pb::Value {
        value_type: Some(pb::value::ValueType::ReferenceValue(name)),
    }
}

pub(crate) fn write<T: Serialize>(name: &str, value: &T) -> Result<pb::Document> {
    FirestoreDb::serialize_to_doc(name, value).map_err(|source| Error::Unreadable {
        name: name.to_owned(),
        source: source.into(),
    })
}

pub(crate) fn read<T: DeserializeOwned>(document: &pb::Document) -> Result<Stored<T>> {
    let value = FirestoreDb::deserialize_doc_to(document).map_err(|source| Error::Unreadable {
        name: document.name.clone(),
        source: source.into(),
    })?;
    Ok(Stored {
        value,
        name: document.name.clone(),
        update_time: document.update_time.unwrap_or_default(),
        create_time: document.create_time.unwrap_or_default(),
    })
}
