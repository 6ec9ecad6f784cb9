//! What a query reads from: the seam between queries and storage.

use crate::firestore::indexes::IndexDefinition;
use crate::firestore::name::Database;
use gcloud_sdk::google::firestore::v1::Document;
use std::sync::Arc;
use tonic::Status;

/// Sorted keys, one after the other, read no further than asked for.
pub(crate) type Keys<'a> = Box<dyn Iterator<Item = Result<Vec<u8>, Status>> + 'a>;

/// One snapshot: its sorted keys and its documents. Who implements it counts what is read. Every error is `INTERNAL`.
pub(crate) trait Source {
    /// The id of a collection by its full path (`projects/p/databases/d/documents/a/b/c`), if anything was ever stored there.
    fn collection(&self, path: &str) -> Option<u32>;

    /// The id of all collections of that id in a database, if it has entries of collection-group scope.
    fn group(&self, database: &Database, collection_id: &str) -> Option<u32>;

    /// The collections below `parent` (a document's name or a database's root) at any depth, those of that id alone unless it is
    /// empty: full path and id, in the order of [`crate::firestore::name::compare`].
    fn collections_below(&self, parent: &str, collection_id: &str) -> Vec<(String, u32)>;

    /// The id of an index, if it ever had an entry.
    fn index(&self, definition: &IndexDefinition) -> Option<u32>;

    /// The keys of entries in `[from, to)`, from the end if `reverse`.
    fn entries(&self, from: Vec<u8>, to: Vec<u8>, reverse: bool) -> Keys<'_>;

    /// The encoded ids in `[from, to)` of the documents of one collection, from the end if `reverse`: the index of its names.
    fn ids(&self, collection: u32, from: Vec<u8>, to: Vec<u8>, reverse: bool) -> Keys<'_>;

    /// A document by its name.
    fn document(&self, name: &str) -> Result<Option<Arc<Document>>, Status>;
}
