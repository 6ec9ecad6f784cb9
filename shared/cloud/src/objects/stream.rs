//! Objects whose bytes are made while they are stored.

use super::{Objects, bucket_name};
use crate::{Error, Result};
use bytes::Bytes;
use google_cloud_storage::streaming_source::StreamingSource;
use tokio::sync::mpsc;

/// How many pieces wait at most.
const WAITING: usize = 4;

/// Where the bytes of an object are given in.
#[derive(Debug)]
pub struct Feed(mpsc::Sender<Option<Bytes>>);

/// The bytes of an object as they come.
#[derive(Debug)]
pub struct Fed {
    pieces: mpsc::Receiver<Option<Bytes>>,
    ended: bool,
}

/// The bytes broke off: the object is not to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes of an object broke off")]
pub struct BrokenOff;

/// A pair for an object whose bytes are made while it is stored: see [`Objects::put_stream`].
pub fn feed() -> (Feed, Fed) {
    let (sender, pieces) = mpsc::channel(WAITING);
    let fed = Fed { pieces, ended: false };
    (Feed(sender), fed)
}

impl Feed {
    /// Gives in a piece; waits while others wait.
    ///
    /// # Errors
    /// Nobody takes it: storing has failed.
    pub async fn send(&self, piece: impl Into<Bytes>) -> Result<()> {
        let sent = self.0.send(Some(piece.into())).await;
        sent.map_err(|_| Error::unavailable("Cloud Storage", BrokenOff))
    }

    /// Ends it: the object is stored when it is `whole`, and else not.
    pub async fn end(self, whole: bool) {
        if whole {
            // who does not take it any more has failed and says so itself
            let _ = self.0.send(None).await;
        }
    }
}

impl StreamingSource for Fed {
    type Error = BrokenOff;

    async fn next(&mut self) -> Option<std::result::Result<Bytes, BrokenOff>> {
        if self.ended {
            return None;
        }
        match self.pieces.recv().await {
            Some(Some(piece)) => Some(Ok(piece)),
            Some(None) => {
                self.ended = true;
                None
            }
            None => Some(Err(BrokenOff)),
        }
    }
}

impl Objects {
    /// Stores what comes from `fed`, replacing what is there, and answers its generation; nothing is stored when it breaks off. Two writes (class A).
    ///
    /// # Errors
    /// It broke off, or Cloud Storage is away.
    pub async fn put_stream(&self, bucket: &str, object: &str, fed: Fed, content_type: &str) -> Result<i64> {
        let write = self
            .storage()
            .await?
            .write_object(bucket_name(bucket), object, fed)
            .set_content_type(content_type)
            .with_idempotency(true);
        let stored = Box::pin(write.send_buffered()).await;
        stored
            .map(|object| object.generation)
            .map_err(|error| Error::unavailable("Cloud Storage", error))
    }
}
