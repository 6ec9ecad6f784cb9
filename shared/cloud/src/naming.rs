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
        let (mut cursor, mut deleted) = (0, 0);
        loop {
            let (next, keys) = self.some_keys(cursor, &pattern).await?;
            deleted += self.delete_each(&keys).await?;
            cursor = next;
            if cursor == 0 {
                return Ok(deleted);
            }
        }
    }

    /// Deletes every key of ours that begins with `prefix` and whose value, a string, `text` stands in; answers how many. Every key of Redis is looked at,
    /// and each of these values is read: for rare work too.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn forget_holding(&self, prefix: &str, text: &str) -> Result<usize> {
        let pattern = format!("{}*", self.key(prefix));
        let (mut cursor, mut deleted) = (0, 0);
        loop {
            let (next, keys) = self.some_keys(cursor, &pattern).await?;
            let mut look = redis::pipe();
            for key in &keys {
                look.get(key);
            }
            let values: Vec<Option<Vec<u8>>> = if keys.is_empty() {
                Vec::new()
            } else {
                self.run_all(&look).await?
            };
            let holds = |value: &Option<Vec<u8>>| {
                let mut windows = value.iter().flat_map(|bytes| bytes.windows(text.len().max(1)));
                windows.any(|window| window == text.as_bytes())
            };
            let holding = keys.into_iter().zip(values).filter(|(_, value)| holds(value));
            let holding: Vec<String> = holding.map(|(key, _)| key).collect();
            deleted += self.delete_each(&holding).await?;
            cursor = next;
            if cursor == 0 {
                return Ok(deleted);
            }
        }
    }

    async fn some_keys(&self, cursor: u64, pattern: &str) -> Result<(u64, Vec<String>)> {
        let mut scan = cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(LOOK);
        self.run(&scan).await
    }

    /// One by one: in a cluster they lie in different places.
    async fn delete_each(&self, keys: &[String]) -> Result<usize> {
        if !keys.is_empty() {
            let mut delete = redis::pipe();
            for key in keys {
                delete.del(key).ignore();
            }
            self.run_all::<()>(&delete).await?;
        }
        Ok(keys.len())
    }
}
