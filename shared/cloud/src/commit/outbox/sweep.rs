//! The sweep: any instance, any number of them at a time. Each entry is claimed by one, so it normally goes out once; a sweep that dies leaves its claims
//! to run out, so it goes out at least once.

use super::Outbox;
use super::claim::{claim, keep, read};
use super::entry::{OUTBOX, SHARDS};
use crate::deadline::Deadline;
use crate::documents::pb;
use crate::error::chain;
use crate::{Error, Result};
use futures::future::{join_all, ready};
use futures::{StreamExt, stream};
use std::ops::AddAssign;
use std::time::Duration;

/// Entries that are read of one shard at a time.
const BATCH: usize = 100;
/// Entries of one shard that are under way at a time.
const AT_ONCE: usize = 8;
/// How long one effect may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a sweep goes on taking entries: it ends before the request that it runs in.
const LIMIT: Duration = Duration::from_secs(15);
/// An entry that was taken so often is worth somebody's attention.
const SUSPICIOUS: u32 = 8;

/// What a sweep came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Entries sent whole.
    pub sent: usize,
    /// Entries that come again, because something of them could not be sent or read.
    pub left: usize,
}

impl AddAssign for Swept {
    fn add_assign(&mut self, other: Self) {
        self.sent += other.sent;
        self.left += other.left;
    }
}

impl Outbox {
    /// Sends every entry that is due, for fifteen seconds at most; what is due still then is for the next sweep. An entry that cannot be sent is
    /// put off, at first by as long as new ones are left to themselves, then twice as long each time, an hour at most; it never holds up others.
    ///
    /// Reads each due entry once (each of the four shards counts as one read when it has none), writes it to claim it, deletes it when it
    /// is sent. What could be sent of an entry that stays is taken out of it: one more write.
    ///
    /// # Errors
    /// Firestore is away, for one shard at least; the others are swept all the same.
    pub async fn sweep(&self) -> Result<Swept> {
        let until = Deadline::after(LIMIT);
        let shards = (0..SHARDS).map(|shard| self.sweep_shard(shard, until));
        let mut all = Swept::default();
        for swept in join_all(shards).await {
            all += swept?;
        }
        Ok(all)
    }

    async fn sweep_shard(&self, shard: u8, until: Deadline) -> Result<Swept> {
        let mut swept = Swept::default();
        loop {
            let due = OUTBOX.due(shard, self.cloud.clock().now(), BATCH);
            let due = self.cloud.own_documents().run(due).await?;
            let more = due.len() == BATCH;
            let mut each = stream::iter(due)
                .take_while(|_| ready(!until.left().is_zero()))
                .map(|found| self.take(found))
                .buffer_unordered(AT_ONCE);
            while let Some(taken) = each.next().await {
                swept += taken?;
            }
            if !more || until.left().is_zero() {
                return Ok(swept);
            }
        }
    }

    /// Claims one entry and sends it.
    async fn take(&self, found: pb::Document) -> Result<Swept> {
        let Some(attempts) = claim(&self.cloud, &found).await? else {
            return Ok(Swept::default());
        };
        let left = Swept { sent: 0, left: 1 };
        let (entry, effects) = match read(&found) {
            Ok(read) => read,
            Err(error) => {
                unreadable(&found.name, &error);
                return Ok(left);
            }
        };
        let sending = self.perform(&entry.id, &effects, PATIENCE);
        let unsent = entry.trace().scope(sending).await;
        if unsent.is_empty() {
            self.remove(&entry.id).await;
            return Ok(Swept { sent: 1, left: 0 });
        }
        if attempts >= SUSPICIOUS {
            tracing::error!(outbox.entry = entry.id, attempts, "still not sent");
        }
        if unsent.len() < effects.len() {
            keep(&self.cloud, &entry.id, &unsent).await?;
        }
        Ok(left)
    }
}

fn unreadable(name: &str, error: &Error) {
    tracing::error!(outbox.entry = name, error = %chain(error), "an entry cannot be read, and stays");
}
