//! Locks: a lease with a fence, so that a holder who comes too late cannot write.
//!
//! The fence is a document. Whoever acquires the lock raises the number in it; a commit that is fenced requires it to be as its holder wrote it. So
//! although a lease can be lost without its holder knowing (a pause, a Redis that forgot), of two holders only the later one can commit. See
//! Kleppmann, "How to do distributed locking", 2016.

use super::{Lease, Locks};
use crate::documents::{Collection, Document, Stored};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) const FENCES: Collection<Fence> = Collection::new("locks");

/// The fence of a lock, in `functions/{function}/locks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fence {
    id: String,
    /// Higher each time that somebody acquires the lock.
    token: i64,
}

impl Document for Fence {
    fn id(&self) -> String {
        self.id.clone()
    }
}

/// A lock that is held. What must not be written by a holder who is late goes into a [`crate::Commit::fenced`] by it.
#[derive(Debug, Clone)]
pub struct Lock {
    lease: Lease,
    pub(crate) fence: Stored<Fence>,
}

impl Locks {
    /// Acquires the lock `name` for as long as `ttl`, or answers nothing when somebody else has it. Two Redis commands at most, two reads and a
    /// write when it is acquired. A name is a document's id. Firestore takes about one write a second of it for long.
    ///
    /// # Errors
    /// Redis or Firestore is away.
    pub async fn acquire(&self, name: &str, ttl: Duration) -> Result<Option<Lock>> {
        let Some(lease) = self.lease(name, ttl).await? else {
            return Ok(None);
        };
        match self.raise_fence(name).await {
            Ok(fence) => Ok(Some(Lock { lease, fence })),
            Err(error) => {
                // should this fail too, it runs out
                let _ = lease.release().await;
                match error {
                    Error::Contention => Ok(None),
                    other => Err(other),
                }
            }
        }
    }

    async fn raise_fence(&self, name: &str) -> Result<Stored<Fence>> {
        let own = self.cloud.own_documents();
        let before = own.get(FENCES, name).await?;
        let next = Fence {
            id: name.to_owned(),
            token: before.as_ref().map_or(0, |fence| fence.token) + 1,
        };
        self.cloud
            .own_commit()
            .save(FENCES, before.as_ref(), &next)
            .await?;
        let after = own.get(FENCES, name).await?;
        // another may have passed us by now
        after.filter(|fence| **fence == next).ok_or(Error::Contention)
    }
}

impl Lock {
    /// A number that is higher than that of every holder before: for what checks it elsewhere.
    pub fn token(&self) -> i64 {
        self.fence.token
    }

    /// Holds it for `ttl` from now; answers whether it was still ours. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn renew(&self, ttl: Duration) -> Result<bool> {
        self.lease.renew(ttl).await
    }

    /// Gives it back; answers whether it was still ours. One Redis command.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn release(self) -> Result<bool> {
        self.lease.release().await
    }
}
