//! Data folders of older versions.

use super::failed::{Failed, unreadable};
use super::scopes::Numbers;
use super::session::{Change, Session};
use super::tables::{self, OLD_DOCUMENTS};
use crate::firestore::indexes::Indexes;
use crate::firestore::name::database_of;
use crate::firestore::time::micros;
use gcloud_sdk::google::firestore::v1::Document;
use prost::Message;
use rusqlite::Transaction;
use std::sync::Arc;

/// Moves documents in the old form (a row with the name and the whole document) to where they are now, and answers the newest time
/// among them.
pub(crate) fn move_old(
    transaction: &Transaction<'_>,
    numbers: &mut Numbers,
    indexes: &Indexes,
) -> Result<Option<i64>, Failed> {
    if !tables::has_old(transaction)? {
        return Ok(None);
    }
    let mut newest = 0;
    {
        let mut all = transaction.prepare(&format!("SELECT document FROM {OLD_DOCUMENTS}"))?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(0)?.as_blob().map_err(|_| unreadable("a document"))?;
            let document = Document::decode(bytes).map_err(|_| unreadable("a document"))?;
            let time = document.update_time.as_ref().map(micros).unwrap_or_default();
            newest = newest.max(time);
            let database = database_of(&document.name)?;
            let declared = indexes.or_usual(&database.project);
            let change = Change {
                name: document.name.clone(),
                before: None,
                after: Some(Arc::new(document)),
            };
            Session::new(transaction, numbers, declared, time).store(&change)?;
        }
    }
    transaction.execute_batch(&format!("DROP TABLE {OLD_DOCUMENTS}"))?;
    Ok(Some(newest))
}
