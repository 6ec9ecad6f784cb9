//! Erasing what is held of somebody, a page at a time; and knowing afterwards that they are erased.

use crate::commit::RECORDS;
use crate::documents::pb;
use crate::{Cloud, Collection, Document, Query, Result, hash};
use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// How many documents one call deletes: a commit takes 500 writes.
const PAGE: usize = 300;

const MARKS: Collection<Mark> = Collection::new("erased");

/// That a function has begun to erase what it holds of somebody, in `functions/{function}/erased` under a hash of their id: an id is random, so nobody finds
/// out from the mark whose it is who does not know the id already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    id: String,
    /// A TTL policy deletes it after this: no message is as late.
    expire_at: Timestamp,
}

impl Mark {
    fn id_of(user: UserId) -> String {
        hash::key(&[b"erased", user.as_bytes()])
    }
}

impl Document for Mark {
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Cloud {
    /// Remembers until `expire_at` that this function erases, or has erased, what it holds of `user`: see [`Cloud::is_erased`]. One write.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn mark_erased(&self, user: UserId, expire_at: Timestamp) -> Result<()> {
        let id = Mark::id_of(user);
        self.own_commit().put(MARKS, &Mark { id, expire_at }).await
    }

    /// Whether this function erases, or has erased, what it holds of `user`: to be asked before something of theirs is made of a message, which may come
    /// after all is erased. One read.
    ///
    /// # Errors
    /// Firestore is away.
    pub async fn is_erased(&self, user: UserId) -> Result<bool> {
        Ok(self
            .own_documents()
            .get(MARKS, Mark::id_of(user))
            .await?
            .is_some())
    }

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
