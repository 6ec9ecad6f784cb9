//! What a request costs: operations, counted as Google bills them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    static COUNTS: Arc<Counter>;
}

#[derive(Debug, Default)]
struct Counter {
    reads: AtomicU64,
    writes: AtomicU64,
    deletes: AtomicU64,
    redis: AtomicU64,
    published: AtomicU64,
    hashed: AtomicU64,
}

/// How many operations were done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Operations {
    /// Documents read; a query that finds nothing reads one, a count one for each thousand index entries.
    pub reads: u64,
    /// Documents written.
    pub writes: u64,
    /// Documents deleted.
    pub deletes: u64,
    /// Redis commands.
    pub redis: u64,
    /// Messages published to Pub/Sub.
    pub published: u64,
    /// Passwords hashed, which costs more than anything else.
    pub hashed: u64,
}

/// As a header shows it: `reads=1,writes=2,deletes=0,redis=1,published=1`, and `,hashed=1` where any was.
impl fmt::Display for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            reads,
            writes,
            deletes,
            redis,
            published,
            hashed,
        } = self;
        write!(
            f,
            "reads={reads},writes={writes},deletes={deletes},redis={redis},published={published}"
        )?;
        if *hashed > 0 {
            write!(f, ",hashed={hashed}")?;
        }
        Ok(())
    }
}

/// Runs `work` and tells what it cost. Tasks that `work` spawns are not counted.
pub async fn counted<F: Future>(work: F) -> (F::Output, Operations) {
    let counter = Arc::new(Counter::default());
    let output = COUNTS.scope(Arc::clone(&counter), work).await;
    let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let operations = Operations {
        reads: read(&counter.reads),
        writes: read(&counter.writes),
        deletes: read(&counter.deletes),
        redis: read(&counter.redis),
        published: read(&counter.published),
        hashed: read(&counter.hashed),
    };
    (output, operations)
}

fn add(pick: impl FnOnce(&Counter) -> &AtomicU64, count: usize) {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    // outside of a counted request (a schedule's start, a test) nobody asks for the sum
    let _ = COUNTS.try_with(|counter| pick(counter).fetch_add(count, Ordering::Relaxed));
}

pub(crate) fn read(documents: usize) {
    add(|c| &c.reads, documents);
}

pub(crate) fn written(documents: usize) {
    add(|c| &c.writes, documents);
}

pub(crate) fn deleted(documents: usize) {
    add(|c| &c.deletes, documents);
}

pub(crate) fn redis(commands: usize) {
    add(|c| &c.redis, commands);
}

/// Counts a password that is hashed.
pub fn hashed() {
    add(|c| &c.hashed, 1);
}

pub(crate) fn published(messages: usize) {
    add(|c| &c.published, messages);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_piece_of_work_has_its_own_sum() {
        let ((), outer) = counted(async {
            read(2);
            let ((), inner) = counted(async { written(3) }).await;
            assert_eq!(
                inner,
                Operations {
                    writes: 3,
                    ..Operations::default()
                }
            );
        })
        .await;
        assert_eq!(
            outer,
            Operations {
                reads: 2,
                ..Operations::default()
            }
        );
        read(1);
    }
}
