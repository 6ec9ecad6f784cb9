//! Trying again after contention.

use crate::{Error, Result};
use std::time::Duration;

/// How often a read-modify-write is tried.
const ATTEMPTS: u32 = 6;

/// Runs `work` (read, decide, commit), again from its start while somebody else gets in between.
///
/// # Errors
/// What `work` fails with; [`Error::Contention`] when it met contention six times.
pub async fn on_contention<T, W, F>(mut work: W) -> Result<T>
where
    W: FnMut() -> F,
    F: Future<Output = Result<T>>,
{
    let mut attempt = 0;
    loop {
        // awaited at one place only: the caller's future would hold the work twice
        match work().await {
            Err(Error::Contention) if attempt + 1 < ATTEMPTS => tokio::time::sleep(pause(attempt)).await,
            done => return done,
        }
        attempt += 1;
    }
}

/// 10 ms, doubled each time, of which a random half to whole is waited.
pub(crate) fn pause(attempt: u32) -> Duration {
    let full = 10_u64 << attempt.min(8);
    let random = uuid::Uuid::new_v4().as_u64_pair().0;
    Duration::from_millis(full / 2 + random % (full / 2 + 1))
}
