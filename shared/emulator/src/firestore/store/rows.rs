//! Documents as rows: the fields as protocol bytes, the name as collection and id, the times beside them.

use super::failed::unreadable;
use super::ids;
use crate::firestore::name::split_last;
use crate::firestore::time::timestamp;
use gcloud_sdk::google::firestore::v1::Document;
use prost::Message;
use std::sync::Arc;
use tonic::Status;

/// A document as it is stored, but for where.
#[derive(Debug)]
pub(crate) struct Row {
    /// When it became this, in microseconds.
    pub(crate) since: i64,
    /// When it came to be.
    pub(crate) created: i64,
    /// Its fields.
    pub(crate) body: Vec<u8>,
}

/// The stored form of a document's fields.
pub(crate) fn body(document: &Document) -> Vec<u8> {
    Document {
        fields: document.fields.clone(),
        ..Document::default()
    }
    .encode_to_vec()
}

impl Row {
    /// The document of that name.
    pub(crate) fn document(&self, name: String) -> Result<Arc<Document>, Status> {
        let stored = Document::decode(self.body.as_slice()).map_err(|_| unreadable("a document"))?;
        Ok(Arc::new(Document {
            name,
            fields: stored.fields,
            create_time: Some(timestamp(self.created)),
            update_time: Some(timestamp(self.since)),
        }))
    }
}

/// A document's collection, and the bytes of its id.
pub(crate) fn place(name: &str) -> (&str, Vec<u8>) {
    let (collection, id) = split_last(name);
    (collection, ids::encode(id))
}
