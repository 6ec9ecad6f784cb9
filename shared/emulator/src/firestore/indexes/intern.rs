//! The ids that keys begin with.

use super::IndexDefinition;
use crate::firestore::name::Database;
use tonic::Status;

/// Gives out small ids, the same ones each time: a new one to whatever has none.
pub(crate) trait Intern {
    /// Of a collection, by its full path.
    fn collection(&mut self, path: &str) -> Result<u32, Status>;

    /// Of all collections of that id in a database.
    fn group(&mut self, database: &Database, collection_id: &str) -> Result<u32, Status>;

    /// Of an index.
    fn index(&mut self, definition: &IndexDefinition) -> Result<u32, Status>;
}
