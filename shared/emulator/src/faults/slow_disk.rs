//! A disk that takes its time.

use super::Faults;
use crate::clock::Clock;
use std::sync::Arc;

/// Makes writes wait as long as a fault of the kind `slowDisk` says, in the machine's time.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlowDisk {
    clock: Arc<Clock>,
    faults: Arc<Faults>,
}

impl SlowDisk {
    pub(crate) fn new(clock: Arc<Clock>, faults: Arc<Faults>) -> Self {
        Self { clock, faults }
    }

    /// For a write to the database, which keeps its thread as a slow disk would.
    pub(crate) fn block(&self) {
        let wait = self.faults.slow_disk(self.clock.now_micros());
        if !wait.is_zero() {
            std::thread::sleep(wait);
        }
    }

    /// For a write of an object.
    pub(crate) async fn wait(&self) {
        let wait = self.faults.slow_disk(self.clock.now_micros());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }
}
