//! The way from a function to connected clients: Redis Pub/Sub, which `realtime` listens to.

use crate::{Cache, Error, Result};
use contracts::HubFrame;

/// Publishes hub frames.
#[derive(Debug, Clone)]
pub struct Backplane {
    cache: Cache,
}

impl Backplane {
    pub(crate) fn new(cache: Cache) -> Self {
        Self { cache }
    }

    /// Publishes `frame` to every instance of `realtime` that has somebody for it. One Redis command.
    ///
    /// # Errors
    /// Redis is away or slow.
    pub async fn publish(&self, frame: &HubFrame) -> Result<()> {
        self.publish_all(std::slice::from_ref(frame)).await
    }

    /// Publishes them all, in one round trip. A Redis command each.
    ///
    /// # Errors
    /// Redis is away or slow.
    pub async fn publish_all(&self, frames: &[HubFrame]) -> Result<()> {
        if frames.is_empty() {
            return Ok(());
        }
        let mut publish = redis::pipe();
        for frame in frames {
            let payload = serde_json::to_vec(frame).map_err(|source| Error::Unreadable {
                name: frame.channel(),
                source: source.into(),
            })?;
            let channel = self.cache.key(&frame.channel());
            publish.cmd("PUBLISH").arg(channel).arg(payload).ignore();
        }
        self.cache.run_all::<()>(&publish).await
    }
}
