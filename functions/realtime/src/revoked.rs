//! Sessions that have ended while tokens of theirs are still good.

use cloud::redis::cmd;
use cloud::{Cache, Result};
use contracts::SessionId;
use std::time::Duration;

/// Ended sessions, in Redis for as long as a token of theirs may be good.
#[derive(Debug, Clone)]
pub(crate) struct Revoked {
    cache: Cache,
    keep: Duration,
}

impl Revoked {
    pub(crate) fn new(cache: Cache, keep: Duration) -> Self {
        Self { cache, keep }
    }

    /// Remembers that a session has ended. One command.
    pub(crate) async fn add(&self, session: SessionId) -> Result<()> {
        let mut set = cmd("SET");
        set.arg(self.key(session))
            .arg(1)
            .arg("EX")
            .arg(self.keep.as_secs());
        self.cache.run(&set).await
    }

    /// Whether a session is known to have ended. One command.
    pub(crate) async fn contains(&self, session: SessionId) -> Result<bool> {
        self.cache.run(cmd("EXISTS").arg(self.key(session))).await
    }

    fn key(&self, session: SessionId) -> String {
        self.cache.key(&format!("revoked:{session}"))
    }
}
