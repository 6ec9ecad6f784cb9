//! Erasing what is held of somebody, a page at a time.

use crate::commit::RECORDS;
use crate::documents::pb;
use crate::{Cloud, Document, Query, Result};
use contracts::UserId;

/// How many documents one call deletes: a commit takes 500 writes.
const PAGE: usize = 300;

impl Cloud {
    /// Deletes up to 300 documents that `query` finds, unread: also those that no version reads any more. Answers how many; none when none are left. A
    /// read and a delete each.
    ///
    /// # Errors
    /// Firestore is away, or an index is missing.
    pub async fn purge<T: Document>(&self, query: Query<T>) -> Result<usize> {
        let found = self.documents().run(query.limit(PAGE)).await?;
        self.delete_found(found).await
    }

    /// Deletes up to 300 answers that this function keeps for repetitions of requests of `user`'s. Answers how many; none when none are left. A read
    /// and a delete each; index: the field's own.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn purge_answers(&self, user: UserId) -> Result<usize> {
        let kept = RECORDS.query().eq("caller", user).limit(PAGE);
        let found = self.own_documents().run(kept).await?;
        self.delete_found(found).await
    }

    async fn delete_found(&self, found: Vec<pb::Document>) -> Result<usize> {
        let count = found.len();
        if count > 0 {
            let names = found.into_iter().map(|document| document.name);
            self.commit().remove_all(names).await?;
        }
        Ok(count)
    }
}
