//! Bytes to Cloud Storage.

use super::Objects;
use crate::{Error, Result};
use std::path::Path;

impl Objects {
    /// Stores a file as `object`, replacing what is there. The file is streamed, from its start when an attempt breaks: whoever stores an object
    /// under a name derives the name from its content, so that a repetition stores the same bytes. One write of Cloud Storage (class A), for
    /// large files one more to begin with.
    ///
    /// # Errors
    /// The file cannot be read, or Cloud Storage is away.
    pub async fn upload(
        &self,
        bucket: &str,
        object: &str,
        file: &Path,
        content_type: &str,
        cache_control: &str,
    ) -> Result<()> {
        let payload = tokio::fs::File::open(file)
            .await
            .map_err(|error| Error::rejected("the file system", error))?;
        let write = self
            .storage()
            .await?
            .write_object(format!("projects/_/buckets/{bucket}"), object, payload)
            .set_content_type(content_type)
            .set_cache_control(cache_control)
            .with_idempotency(true);
        Box::pin(write.send_unbuffered())
            .await
            .map(|_| ())
            .map_err(|error| Error::unavailable("Cloud Storage", error))
    }
}
