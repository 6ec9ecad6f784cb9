//! Keys that name somebody.

use crate::{Cache, Result};
use redis::cmd;

/// Keys that one round trip looks at.
const LOOK: usize = 1000;

impl Cache {
    /// Deletes every key of ours in whose name `text` stands; answers how many. Every key of Redis is looked at, a thousand each command: for rare work
    /// that must leave nothing.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn forget_naming(&self, text: &str) -> Result<usize> {
        let pattern = format!("{}*{text}*", self.key(""));
        let (mut cursor, mut deleted) = (0_u64, 0);
        loop {
            let mut scan = cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(LOOK);
            let (next, keys): (u64, Vec<String>) = self.run(&scan).await?;
            if !keys.is_empty() {
                deleted += keys.len();
                // one by one: in a cluster they lie in different places
                let mut delete = redis::pipe();
                for key in &keys {
                    delete.del(key).ignore();
                }
                self.run_all::<()>(&delete).await?;
            }
            cursor = next;
            if cursor == 0 {
                return Ok(deleted);
            }
        }
    }
}
